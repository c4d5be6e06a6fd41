// What happens when: a change is checked after a pause; of two answers only the one to the newer question is shown.

const state = document.getElementById("state");
const answer = document.getElementById("answer");
const diagnostics = document.getElementById("diagnostics");
const day = document.getElementById("as-of");
let asked = 0;
let waiting = 0;

const later = () => {
  clearTimeout(waiting);
  waiting = setTimeout(check, 600);
};
const editors = Object.fromEntries(
  ["policy", "product", "facts"].map((name) => [name, new Editor(document.getElementById(name), DATA.begin[name], later)]),
);
day.value = DATA.begin.as_of;
day.addEventListener("change", later);

/** Ask for a job; undefined where a newer question was asked meanwhile. */
async function ask(job) {
  clearTimeout(waiting);
  const number = (asked += 1);
  state.textContent = "…";
  const question = { policy: editors.policy.text, product: editors.product.text, facts: editors.facts.text, as_of: day.value };
  try {
    const reply = await fetch(job, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(question) });
    if (!reply.ok) throw new Error(`${reply.status}`);
    const found = await reply.json();
    if (number !== asked) return undefined;
    state.textContent = "";
    return found;
  } catch (error) {
    if (number === asked) state.textContent = `no answer (${error.message}): does the command still run?`;
    return undefined;
  }
}

async function check() {
  const found = await ask("check");
  if (!found) return;
  showDiagnostics(diagnostics, found.diagnostics ? found.diagnostics.diagnostics : [], editors.policy);
  if (found.result) showResult(answer, found.result);
  else answer.replaceChildren(node("pre", "words", found.words || ""));
}

async function test() {
  const found = await ask("test");
  if (found) showTests(answer, found.words, found.code);
}

async function layout() {
  const found = await ask("layout");
  if (!found) return;
  if (found.code === 0) editors.policy.text = found.text;
  await check();
}

function save() {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([editors.policy.text], { type: "text/plain" }));
  link.download = "policy.rw";
  link.click();
  URL.revokeObjectURL(link.href);
}

for (const [id, job] of Object.entries({ run: check, test, layout, save })) document.getElementById(id).addEventListener("click", job);
for (const name of ["product", "facts"]) {
  document.getElementById(`tab-${name}`).addEventListener("click", () => {
    for (const other of ["product", "facts"]) {
      document.getElementById(`tab-${other}`).setAttribute("aria-selected", String(other === name));
      document.getElementById(other).hidden = other !== name;
    }
    editors[name].draw();
  });
}
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) check();
});
check();
