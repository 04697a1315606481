//! Where statements begin in what a client sends to a database server.

use crate::io::proxy::target::Protocol;

/// A part of what a client sends. Together the parts are what it sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// It begins with a statement that the server is to run.
    Statement(Vec<u8>),
    /// The rest of one, or anything else.
    Other(Vec<u8>),
    /// The client would rather encrypt. It is not for the server: `N` says no.
    AsksTls,
}

/// Follows one connection from its first byte.
pub struct Reader {
    protocol: Protocol,
    /// A client of PostgreSQL has said who it is: from now on each message has a letter.
    introduced: bool,
    /// The begin of a message, while it is too short to tell what it is.
    head: Vec<u8>,
    /// How many bytes of the message are still to come.
    rest: usize,
}

impl Reader {
    pub fn new(protocol: Protocol) -> Reader {
        Reader { protocol, introduced: false, head: Vec::new(), rest: 0 }
    }

    /// The parts of what came next; the begin of a message is kept back until it tells what it is.
    pub fn feed(&mut self, mut bytes: &[u8]) -> Vec<Piece> {
        let mut pieces = Vec::new();
        while !bytes.is_empty() {
            let inside = self.rest > 0;
            let wanted = if inside { self.rest } else { self.wanted() - self.head.len() };
            let (now, later) = bytes.split_at(wanted.min(bytes.len()));
            bytes = later;
            if inside {
                self.rest -= now.len();
                pieces.push(Piece::Other(now.to_vec()));
                continue;
            }
            self.head.extend_from_slice(now);
            if self.head.len() == self.wanted() {
                pieces.push(self.begun());
            }
        }
        pieces
    }

    /// As much of a message as tells what it is.
    fn wanted(&self) -> usize {
        match self.protocol {
            Protocol::Postgres if self.introduced => 5,
            Protocol::Postgres => 8,
            // a packet may be empty
            Protocol::Mysql => 4 + usize::from(length_of_packet(&self.head) > 0),
        }
    }

    /// The message that begins with all of the head.
    fn begun(&mut self) -> Piece {
        let head = std::mem::take(&mut self.head);
        let number = |at: usize| head[at..at + 4].iter().fold(0, |sum, it| sum << 8 | *it as usize);
        let is_statement = match self.protocol {
            Protocol::Postgres if self.introduced => {
                self.rest = number(1).saturating_sub(4);
                matches!(head[0], b'Q' | b'E')
            }
            Protocol::Postgres => {
                if ENCRYPT.contains(&number(4)) {
                    return Piece::AsksTls;
                }
                (self.introduced, self.rest) = (true, number(0).saturating_sub(8));
                false
            }
            Protocol::Mysql => {
                self.rest = length_of_packet(&head).saturating_sub(1);
                // a packet that goes on with another has a number of its own
                head[3] == 0 && matches!(head.get(4), Some(&COM_QUERY | &COM_STMT_EXECUTE))
            }
        };
        if is_statement { Piece::Statement(head) } else { Piece::Other(head) }
    }
}

/// Without its first four bytes; nothing while they are not all there.
fn length_of_packet(head: &[u8]) -> usize {
    let known = head.get(..4).map(|it| &it[..3]);
    known.unwrap_or_default().iter().rev().fold(0, |sum, it| sum << 8 | *it as usize)
}

/// `SSLRequest` and `GSSENCRequest`, in place of a version.
const ENCRYPT: [usize; 2] = [80_877_103, 80_877_104];
const COM_QUERY: u8 = 0x03;
const COM_STMT_EXECUTE: u8 = 0x17;

#[cfg(test)]
mod tests {
    use super::*;

    /// Begins to speak to PostgreSQL: `SSLRequest`, then user and database.
    const HELLO: &[u8] =
        b"\0\0\0\x08\x04\xd2\x16\x2f\0\0\0\x20\0\x03\0\0user\0ann\0database\0shop\0\0";
    /// `BEGIN`, then a prepared statement with its description, values, run and sync, then `X`.
    const POSTGRES: &[u8] = b"Q\0\0\0\x0aBEGIN\0P\0\0\0\x10\0SELECT 1\0\0\0S\0\0\0\x04\
        B\0\0\0\x0c\0\0\0\0\0\0\0\0E\0\0\0\x09\0\0\0\0\0S\0\0\0\x04X\0\0\0\x04";
    /// A login with its answer to a question and an empty packet, a text, a preparation, its run
    /// in two packets, and a goodbye.
    const MYSQL: &[u8] = b"\x05\0\0\x01\x03\x17\x03\x17\x03\0\0\0\x03\
        \x06\0\0\0\x03BEGIN\x03\0\0\0\x16SQ\x04\0\0\0\x17\x01\x02\x03\x02\0\0\x01\x03\x03\
        \x01\0\0\0\x01";

    /// How many statements, what the parts are together, and how often the client asked for TLS,
    /// when it sends so many bytes at once.
    fn read(protocol: Protocol, bytes: &[u8], at_once: usize) -> (usize, Vec<u8>, usize) {
        let mut reader = Reader::new(protocol);
        let (mut statements, mut all, mut tls) = (0, Vec::new(), 0);
        for piece in bytes.chunks(at_once).flat_map(|bytes| reader.feed(bytes)) {
            match piece {
                Piece::Statement(bytes) => {
                    statements += 1;
                    all.extend(bytes);
                }
                Piece::Other(bytes) => all.extend(bytes),
                Piece::AsksTls => tls += 1,
            }
        }
        (statements, all, tls)
    }

    #[test]
    fn statements_of_postgresql_are_texts_and_runs_however_they_are_cut() {
        let bytes = [HELLO, POSTGRES].concat();
        for at_once in 1..=bytes.len() {
            let all = bytes[8..].to_vec();
            assert_eq!(read(Protocol::Postgres, &bytes, at_once), (2, all, 1), "{at_once}");
        }
    }

    #[test]
    fn statements_of_mysql_are_texts_and_runs_however_they_are_cut() {
        for at_once in 1..=MYSQL.len() {
            let all = MYSQL.to_vec();
            assert_eq!(read(Protocol::Mysql, MYSQL, at_once), (2, all, 0), "{at_once}");
        }
    }

    #[test]
    fn a_statement_begins_with_its_first_byte() {
        let mut reader = Reader::new(Protocol::Postgres);
        let pieces = reader.feed(&[HELLO, POSTGRES].concat());
        let begins = pieces.iter().filter_map(|piece| match piece {
            Piece::Statement(bytes) => Some(bytes[0]),
            _ => None,
        });
        assert_eq!(begins.collect::<Vec<_>>(), *b"QE");
    }
}
