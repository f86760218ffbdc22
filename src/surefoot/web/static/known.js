// A phone that knows the way: it keeps a key that nothing can read out, and signs a question with it to come in.
import { ask, carry, invited, renewBy } from "./sending.js";

const CURVE = { name: "ECDSA", namedCurve: "P-256" };

function inStore(mode, work) {
  return new Promise((done, fail) => {
    const opened = indexedDB.open("surefoot", 1);
    opened.onupgradeneeded = () => opened.result.createObjectStore("phone");
    opened.onerror = () => fail(opened.error);
    opened.onsuccess = () => {
      const step = opened.result.transaction("phone", mode);
      const asked = work(step.objectStore("phone"));
      step.oncomplete = () => { opened.result.close(); done(asked.result); };
      step.onerror = step.onabort = () => fail(step.error);
    };
  });
}

const recall = () => inStore("readonly", (store) => store.get("own"));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

// What this browser keeps of itself; null where it keeps nothing, as a private window does.
async function own() {
  try {
    return (await recall()) || null;
  } catch {
    return null;
  }
}

async function makeOwn() {
  const pair = await crypto.subtle.generateKey(CURVE, false, ["sign"]);
  await inStore("readwrite", (store) => store.put({ pair }, "own"));
  if (navigator.storage?.persist) navigator.storage.persist().catch(() => {});
  return recall();
}

function enter(told) {
  carry(told.pass);
  renewBy(knock);
  return told;
}

// By its code: the computer gets to know this phone, and the code leaves the address.
async function introduce() {
  const { pair } = (await own()) || (await makeOwn());
  const key = text(await crypto.subtle.exportKey("raw", pair.publicKey));
  const told = await (await ask("/api/phones", { key })).json();
  if (!told.known) return null;
  await inStore("readwrite", (store) => store.put({ pair, phone: told.phone }, "own"));
  history.replaceState(history.state, "", location.pathname);
  return enter(told);
}

// By its key, whenever it has been here before.
async function knock() {
  const { pair, phone } = (await own()) || {};
  if (!phone) return null;
  const { question } = await (await ask("/api/phones/question")).json();
  const message = new TextEncoder().encode(`surefoot\n${location.host}\n${question}`);
  const signature = text(await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, pair.privateKey, message));
  try {
    return enter(await (await ask("/api/phones/proof", { phone, question, signature })).json());
  } catch (fault) {
    fault.wasKnown = true;
    throw fault;
  }
}

// Comes in by the code or by the key; resolves with what the computer calls this phone, null where it does not.
export async function comeIn() {
  if (!invited) return (await knock()) || (await ask("/api/hello"), null);
  try {
    await ask("/api/hello");
  } catch (fault) {
    // The code of an old bookmark is used up; the phone itself may still be known.
    const told = fault.status === 401 ? await knock().catch(() => null) : null;
    if (told) return told;
    throw fault;
  }
  return introduce().catch(() => null);
}

export async function forgetMe() {
  const { said } = await (await ask("/api/phones/forget", {})).json();
  await inStore("readwrite", (store) => store.delete("own"));
  renewBy(null);
  return said;
}
