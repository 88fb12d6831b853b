/*
 * The page's language. Its markup is English; another language is a record of texts, by the keys that stand in the markup:
 * `data-words="key"` for what an element says, `data-words-NAME="key"` for one of its attributes.
 * The choice is kept where Holdfast's own pages keep it. The widget follows <html lang> by itself.
 */
const KEPT_AS = "holdfast.language";
const RIGHT_TO_LEFT = ["ar"];
const chooser = document.getElementById("language");
const spoken = [...chooser.options].map((option) => option.value);
const english = {};

function places() {
  const found = [];
  for (const element of document.querySelectorAll("*"))
    for (const { name, value } of element.attributes)
      if (name === "data-words") found.push([value, (text) => (element.textContent = text), () => element.textContent]);
      else if (name.startsWith("data-words-")) {
        const attribute = name.slice("data-words-".length);
        found.push([value, (text) => element.setAttribute(attribute, text), () => element.getAttribute(attribute)]);
      }
  return found;
}

const found = places();
for (const [key, , read] of found) english[key] = read();

async function speak(language) {
  const texts = language === "en" ? english : await (await fetch(`/demo/page/${language}.json`)).json();
  document.documentElement.lang = chooser.value = language;
  document.documentElement.dir = RIGHT_TO_LEFT.includes(language) ? "rtl" : "ltr";
  for (const [key, write] of found) write(texts[key] ?? english[key]);
}

function wanted() {
  let kept = "";
  try {
    kept = localStorage.getItem(KEPT_AS) ?? "";
  } catch {
    // A closed storage costs the memory of it, no more.
  }
  return [kept, ...navigator.languages].map((tag) => tag.split("-")[0]).find((tag) => spoken.includes(tag)) ?? "en";
}

chooser.addEventListener("change", () => {
  try {
    localStorage.setItem(KEPT_AS, chooser.value);
  } catch {
    // As above.
  }
  void speak(chooser.value);
});
addEventListener("storage", (event) => event.key === KEPT_AS && void speak(wanted()));
if (wanted() !== "en") void speak(wanted());
