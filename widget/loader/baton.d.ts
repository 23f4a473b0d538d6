/** What the script tag puts on the page, once the event `baton` has been dispatched on `window`. */
interface Baton {
  /** Shows the chat. */
  open(): void;
  /** Shows the chat and starts the handoff to a person, as the button does. */
  talkToHuman(): void;
  hide(): void;
  /** Says who the visitor is. Kept in the frame; it leaves the browser with a handoff only. */
  identify(profile: BatonProfile): void;
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

interface Window {
  Baton?: Baton;
}
