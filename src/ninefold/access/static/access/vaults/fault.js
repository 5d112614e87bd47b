// What went wrong, told in the words that the page brought along in its own language: <div id="words" data-no-key="…">.

/** A fault with the name of its sentence (`wrongShare`) and what fills the sentence's {places}. */
export class Fault extends Error {
  constructor(word, values = {}) {
    super(word);
    this.word = word;
    this.values = values;
  }
}

/** The sentence of this name; an unknown one says only that it did not work. */
export function words(name, values = {}) {
  const said = document.getElementById("words").dataset;
  return (said[name] ?? said.failed).replace(/\{(\w+)\}/g, (whole, place) => values[place] ?? whole);
}

/** Do it, and tell in `place` what went wrong if it did. */
export async function telling(place, act) {
  place.textContent = "";
  try {
    return await act();
  } catch (error) {
    place.textContent = words(error instanceof Fault ? error.word : "failed", error.values);
    return undefined;
  }
}
