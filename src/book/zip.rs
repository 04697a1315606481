//! A ZIP archive without compression, which is all that an EPUB needs.

/// The archive of these files, in this order.
pub fn archive(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let (mut out, mut index) = (Vec::new(), Vec::new());
    for (name, bytes) in files {
        let at = out.len() as u32;
        let entry = entry(name, bytes);
        out.extend(0x0403_4b50_u32.to_le_bytes());
        out.extend(&entry);
        out.extend(name.as_bytes());
        out.extend(bytes);
        index.extend(0x0201_4b50_u32.to_le_bytes());
        index.extend(VERSION.to_le_bytes());
        index.extend(&entry);
        // no comment, one disk, no attributes
        index.extend([0; 10]);
        index.extend(at.to_le_bytes());
        index.extend(name.as_bytes());
    }
    let (start, length, count) = (out.len() as u32, index.len() as u32, files.len() as u16);
    out.extend(index);
    out.extend(0x0605_4b50_u32.to_le_bytes());
    out.extend([0; 4]);
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend(length.to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0; 2]);
    out
}

/// What is said of a file beside it and in the index.
fn entry(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    out.extend(VERSION.to_le_bytes());
    // names are UTF-8; stored as it is
    out.extend(0x0800_u16.to_le_bytes());
    out.extend(0_u16.to_le_bytes());
    // the first day that a ZIP knows: the same book is the same file
    out.extend(0_u16.to_le_bytes());
    out.extend(0x0021_u16.to_le_bytes());
    out.extend(checksum(bytes).to_le_bytes());
    out.extend((bytes.len() as u32).to_le_bytes());
    out.extend((bytes.len() as u32).to_le_bytes());
    out.extend((name.len() as u16).to_le_bytes());
    out.extend(0_u16.to_le_bytes());
    out
}

/// CRC-32, as in ISO 3309.
fn checksum(bytes: &[u8]) -> u32 {
    let step = |rest: u32, _| if rest & 1 == 1 { rest >> 1 ^ 0xedb8_8320 } else { rest >> 1 };
    let table: Vec<u32> = (0..256).map(|at| (0..8).fold(at, step)).collect();
    let sum = bytes
        .iter()
        .fold(u32::MAX, |sum, byte| table[((sum ^ u32::from(*byte)) & 0xff) as usize] ^ (sum >> 8));
    !sum
}

const VERSION: u16 = 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_known_one() {
        assert_eq!(checksum(b"123456789"), 0xcbf4_3926);
        assert_eq!(checksum(b""), 0);
    }

    #[test]
    fn the_index_points_to_the_files() {
        let zip = archive(&[("mimetype".into(), b"x".to_vec()), ("a/b".into(), b"yz".to_vec())]);
        assert_eq!(&zip[..4], b"PK\x03\x04");
        assert_eq!(&zip[30..39], b"mimetypex", "the first file begins at once");
        let end = zip.len() - 22;
        let number = |at: usize| u32::from_le_bytes(zip[at..at + 4].try_into().unwrap()) as usize;
        let (length, start) = (number(end + 12), number(end + 16));
        assert_eq!(start + length, end);
        assert_eq!(&zip[start..start + 4], b"PK\x01\x02");
    }
}
