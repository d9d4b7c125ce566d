import { call } from "../client/call.ts";
import { useChange } from "./use-change.ts";

export interface NewSource {
  id: string;
  kind: "zeek" | "suricata" | "cloud" | "mail" | "imap";
  path: string;
  passwordFile?: string;
}

export function useAddSource() {
  return useChange({
    act: (body: NewSource) => call("addSource", { body }),
    touches: ["sources", "source", "overview", "audit"],
    done: (made) => `Watching ${made.id} from now on.`,
  });
}
