// The page's own words, in the language that it was given in; {name} is filled.
const words = JSON.parse(document.querySelector("main").dataset.words || "{}");

export function word(key, fills = {}) {
  return (words[key] || key).replace(/\{(\w+)\}/g, (_, name) => fills[name]);
}
