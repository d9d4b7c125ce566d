import { type RequestOptions, request } from "node:http";
import { request as secureRequest } from "node:https";
import type { Socket } from "node:net";
import { connect as secure, type TLSSocket } from "node:tls";

/** A tunnel could not be made. `code`: proxy-unreachable, proxy-refused, tls-failed. */
export class TunnelError extends Error {
  readonly code: "proxy-unreachable" | "proxy-refused" | "tls-failed";
  constructor(code: TunnelError["code"], message: string) {
    super(message);
    this.name = "TunnelError";
    this.code = code;
  }
}

export interface TunnelTarget {
  /** Literal address: the proxy is never given a name, so it cannot find another one behind it. */
  address: string;
  port: number;
  /** Server name for TLS; undefined when the link names an address. */
  name: string | undefined;
  tls: boolean;
}

/**
 * A connection to one address through the operator's proxy (RFC 9110 section 9.3.6, CONNECT), with TLS on top where the link says so. Certificates are
 * not a condition, since a visitor of a hostile page sends nothing worth keeping; whether it is valid for the name stands in `valid`.
 */
export async function openTunnel(proxy: URL, target: TunnelTarget, signal: AbortSignal): Promise<{ socket: Socket | TLSSocket; valid: boolean | undefined }> {
  const socket = await connectThrough(proxy, target, signal);
  if (!target.tls) return { socket, valid: undefined };
  return await new Promise((resolve, reject) => {
    const end = (error: TunnelError): void => {
      socket.destroy();
      reject(error);
    };
    const layered = secure({
      socket,
      rejectUnauthorized: false,
      ALPNProtocols: ["http/1.1"],
      ...(target.name === undefined ? {} : { servername: target.name }),
    });
    const aborted = (): void => end(new TunnelError("tls-failed", "the visit ended"));
    signal.addEventListener("abort", aborted, { once: true });
    layered.once("secureConnect", () => {
      signal.removeEventListener("abort", aborted);
      resolve({ socket: layered, valid: layered.authorized });
    });
    // Stays for good: a socket that breaks a second time, or later, must not end the program.
    layered.on("error", (error: Error) => {
      signal.removeEventListener("abort", aborted);
      end(new TunnelError("tls-failed", error.message));
    });
  });
}

function connectThrough(proxy: URL, { address, port }: TunnelTarget, signal: AbortSignal): Promise<Socket> {
  const authority = `${address.includes(":") ? `[${address}]` : address}:${port}`;
  const options: RequestOptions = {
    host: proxy.hostname.replace(/^\[|\]$/g, ""),
    port: proxy.port === "" ? (proxy.protocol === "https:" ? 443 : 80) : Number(proxy.port),
    method: "CONNECT",
    path: authority,
    headers: { host: authority },
    agent: false,
    signal,
  };
  return new Promise((resolve, reject) => {
    const asked = proxy.protocol === "https:" ? secureRequest(options) : request(options);
    asked.once("connect", (answer, socket, head) => {
      if (answer.statusCode !== 200) {
        socket.destroy();
        reject(new TunnelError("proxy-refused", `the proxy answered ${answer.statusCode}`));
        return;
      }
      socket.on("error", () => undefined);
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    // A proxy that answers a CONNECT as if it were a page.
    asked.once("response", (answer) => {
      answer.resume();
      asked.destroy();
      reject(new TunnelError("proxy-refused", `the proxy answered ${answer.statusCode}`));
    });
    asked.on("error", (error) => reject(new TunnelError("proxy-unreachable", error.message)));
    asked.end();
  });
}
