import { call } from "../client/call.ts";
import { useChange } from "./use-change.ts";

export function useRevealMail() {
  return useChange({
    act: ({ id, why }: { id: string; why: string }) => call("revealMail", { params: { id }, body: { why } }),
    touches: ["audit"],
    done: (answer) => `${answer.people.length} shown; your reason is in the audit log.`,
  });
}

export function useFindReader() {
  return useChange({
    act: (body: { address: string; why: string }) => call("findReader", { body }),
    touches: ["audit"],
    done: ({ id }) => `Found under ${id}; your reason is in the audit log.`,
  });
}

/** Gets the message as it was received and hands it to the browser as a file. */
export function useRawMail() {
  return useChange({
    act: async ({ id, why }: { id: string; why: string }) => {
      const answer = await call("rawMail", { params: { id }, body: { why } });
      const bytes = Uint8Array.from(atob(answer.base64), (c) => c.charCodeAt(0));
      const url = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
      const link = document.createElement("a");
      link.href = url;
      link.download = answer.name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), 10_000);
      return answer;
    },
    touches: ["audit"],
    done: (answer) => `${answer.name}, ${answer.size} bytes, as it was received; your reason is in the audit log.`,
  });
}
