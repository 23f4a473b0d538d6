// How the agent's language writes what is no words, by the browser's `Intl`. In Rust each of these calls would take more code than here.

let spoken;
let forms;

/** Speaks a language from now on, as the browser's region has it if the browser is in that language. */
export function speak(language) {
  const region = navigator.languages.find((tag) => tag.split("-")[0] === language) ?? language;
  const clock = { hour: "numeric", minute: "2-digit" };
  const date = { weekday: "short", day: "numeric", month: "short", ...clock };
  const time = (parts) => new Intl.DateTimeFormat(region, parts);
  const unit = (unit) => new Intl.NumberFormat(region, { style: "unit", unit, unitDisplay: "short" });
  spoken = document.documentElement.lang = language;
  forms = {
    plurals: new Intl.PluralRules(region),
    number: new Intl.NumberFormat(region),
    times: [time(clock), time(date), time({ ...date, year: "numeric" })],
    units: ["second", "minute", "hour", "day"].map(unit),
  };
}

/** The plural that a number takes, by its name in CLDR. */
export const plural = (number) => forms.plurals.select(number);

export const number = (number) => forms.number.format(number);

/** A time of day; with the date where that is not today's, and with the year where that is not this one. Nothing beyond all calendars. */
export function when(at, now) {
  const [date, today] = [new Date(at), new Date(now)];
  if (Number.isNaN(date.getTime())) return "";
  const isThisYear = date.getFullYear() === today.getFullYear();
  return forms.times[date.toDateString() === today.toDateString() ? 0 : isThisYear ? 1 : 2].format(date);
}

/** So many seconds, minutes, hours or days. */
export const lasting = (unit, number) => forms.units[unit].format(number);

/** The name of a language: its own, or in the one that is spoken. What is no language is called as it is. */
export function nameOf(language, inItsOwn) {
  try {
    return new Intl.DisplayNames(inItsOwn ? language : spoken, { type: "language" }).of(language);
  } catch {
    return language;
  }
}

/** The languages that there are, and where the words of each are: `en:/v1/assets/… de:/v1/assets/…`. */
const files = () => document.documentElement.dataset.words.split(" ").map((entry) => entry.split(":"));

export const languages = () => files().map(([language]) => language);

export const chosen = () => document.documentElement.lang;

/** The words of a language, as they are compiled. */
export const words = async (language) => (await fetch(files().find(([name]) => name === language)[1])).json();
