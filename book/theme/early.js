// Before anything is drawn: there is a script, and which colours the reader has chosen.
document.documentElement.classList.add("js");
try {
  const theme = localStorage.getItem("book.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch { /* a browser that keeps nothing */ }
