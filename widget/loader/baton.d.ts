/** What the script tag puts on the page, once the event `baton` has been dispatched on `window`. */
interface Baton {
  /** Shows the chat. */
  open(): void;
  /** The same. */
  show(): void;
  /** Shows the chat and starts the handoff to a person, as the button does. */
  talkToHuman(): void;
  hide(): void;
  /** Says who the visitor is. Kept in the frame; it leaves the browser with a handoff only. What is malformed is named in the console. */
  identify(profile: BatonProfile): void;
  /** At sign-out: forgets the conversation in this browser. */
  reset(): void;
}

interface BatonProfile {
  name?: string;
  email?: string;
  phone?: string;
  account?: string;
  account_type?: string;
  loyalty_tier?: string;
  /** As you would word it, for example "€ 1,240". */
  lifetime_value?: string;
  earlier_contacts?: number;
  /** Newest first. */
  orders?: { id: string; what: string; status: string }[];
}

/** What the tag's attributes say, for pages that cannot have them: set before the script runs. */
interface BatonSettings {
  site: string;
  faq?: string;
  /** `#rgb` or `#rrggbb`. */
  accent?: string;
  corner?: "bottom-right" | "bottom-left" | "top-right" | "top-left";
  /** Pixels from the sides of the corner. */
  x?: number | string;
  y?: number | string;
  /** The language of the chat, such as `de`; else that of the page. */
  lang?: string;
  /** Text on the launcher. */
  launcher?: string;
  /** The edge's address, where the script comes from another. */
  edge?: string;
}

interface Window {
  Baton?: Baton;
  BatonSettings?: BatonSettings;
}
