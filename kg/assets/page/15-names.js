// How a spelling is folded into a key: the same rule as kg/names.py, so that both find the same names.

/** One case for all letters, "ß" as "ss"; a dotless "ı" stays what it is. @param {string} text @returns {string} */
function caseless(text) {
  return Array.from(text, (letter) => (letter === "ı" ? letter : letter.toUpperCase().toLowerCase())).join("");
}

/** No accents, no apostrophes, one case, words of letters and digits. @param {string} name @returns {string} */
function fold(name) {
  const plain = caseless(String(name).replace(/´/g, "'")).normalize("NFKD").replace(/\p{Mn}/gu, "");
  return caseless(plain).replace(/['’‘ʼ`]/g, "").replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}
