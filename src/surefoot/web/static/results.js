// What became of the trials: one card each, and the trends they belong to.

import { insist } from "./sending.js";
import { word } from "./words.js";

export function element(name, text = "", children = []) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  made.append(...children);
  return made;
}

export function pairs(list) {
  return list.flatMap(([name, value]) => [element("dt", name), element("dd", value)]);
}

export function card(result) {
  const made = element("article", "", [element("h2", result.practice ? word("practice_mark", { order: result.title }) : result.title)]);
  made.className = "panel";
  if (result.fault) made.append(element("p", `${word("not_saved")} ${result.fault}`));
  else if (result.error) {
    made.append(element("p", `${word("not_kept")} ${result.why || result.error.what}`));
    const why = element("dl", "", pairs([[word("found"), result.error.found], [word("expected"), result.error.expected], [word("what_to_do"), result.error.do]]));
    why.className = "why";
    made.append(why);
  } else {
    const value = element("p", result.main[1]);
    value.className = "big";
    made.append(value, element("p", result.main[0] || word("main_value")), element("dl", "", pairs(result.values)));
    const issues = result.issues.map(([severity, text]) => {
      const line = element("li", `${severity === "warning" ? "▲ " : ""}${text}`);
      line.className = severity;
      return line;
    });
    if (issues.length) {
      const list = element("ul", "", issues);
      list.className = "issues";
      made.append(list);
    }
  }
  if (!result.trial) made.append(fileLink(result.file));
  return made;
}

// The answer first: seconds held, one bar a leg, the longest of today.
export function showHeld(results, whole, title, place) {
  const best = new Map();
  for (const { order, held } of results) {
    if (order && held !== undefined) best.set(order, Math.max(held, best.get(order) || 0));
  }
  const told = [...best].map(([order, held]) => [order, Math.min(whole, Math.floor(held + 0.05))]);
  if (told.length && told.every(([, held]) => held >= whole)) title.textContent = word("whole");
  else if (told.length) title.textContent = told.map(([order, n]) => word(n === 1 ? "held_one" : "held", { order, n })).join(" ");
  place.replaceChildren(...told.map(([order, held]) => {
    const bar = element("meter");
    Object.assign(bar, { min: 0, max: whole, value: held });
    bar.setAttribute("aria-label", order);
    return element("div", "", [element("dt", order), element("dd", "", [bar]), element("dd", `${held} s`)]);
  }));
}

// What was not kept is not lost: the file can be dropped on the dashboard.
export function fileLink(file, text = word("save_recording")) {
  const link = element("a", text);
  link.className = "button second";
  link.href = URL.createObjectURL(file);
  link.download = "surefoot-recording.json";
  return link;
}

export async function showTrends(results, place) {
  const last = new Map(results.map((result) => [result.title, result]));
  for (const { take } of last.values()) {
    try {
      const told = await (await insist(`/api/takes/${take}/trend`)).json();
      const drawing = await (await insist(`/api/takes/${take}/trend.svg`)).blob();
      place.append(trendCard(told, URL.createObjectURL(drawing)));
    } catch {
      // A trial without a main value belongs to no trend; its card has said why.
    }
  }
}

function trendCard(told, address) {
  const made = element("article", "", [element("h2", told.sentence), element("p", told.reason)]);
  made.className = "panel";
  const drawing = element("img");
  drawing.src = address;
  drawing.alt = `${told.label}: ${told.rows.map((row) => row.join(", ")).join("; ")}`;
  const rows = told.rows.map(([day, value]) => element("tr", "", [element("th", day), element("td", value)]));
  const head = element("thead", "", [element("tr", "", told.header.map((text) => element("th", text)))]);
  const table = element("table", "", [element("caption", told.label), head, element("tbody", "", rows)]);
  made.append(drawing, element("details", "", [element("summary", word("of_picture")), table]));
  return made;
}
