import { createServer as createWeb, type RequestListener, type Server } from "node:http";
import { createServer as createSecureWeb } from "node:https";
import { type AddressInfo, connect, createServer as createRaw, type Server as RawServer, type Socket } from "node:net";

/**
 * An outside on loopback: a real CONNECT proxy, and real servers behind the addresses that it is told of. What is asked of the proxy is kept, so a test sees
 * which addresses anything tried to reach.
 */
export class OutsideLab {
  readonly asked: string[] = [];
  readonly #ways = new Map<string, number>();
  readonly #servers: (Server | RawServer)[] = [];
  readonly #sockets = new Set<Socket>();
  #proxy = 0;

  get proxy(): string {
    return `http://127.0.0.1:${this.#proxy}`;
  }

  async open(): Promise<this> {
    const proxy = createWeb((_request, answer) => answer.writeHead(405).end());
    proxy.on("connect", (request, client: Socket, head: Buffer) => {
      const authority = request.url ?? "";
      this.asked.push(authority);
      const port = this.#ways.get(authority);
      client.on("error", () => undefined);
      this.#keep(client);
      if (port === undefined) {
        client.end("HTTP/1.1 403 Forbidden\r\n\r\n");
        return;
      }
      const server = connect(port, "127.0.0.1", () => {
        client.write("HTTP/1.1 200 OK\r\n\r\n");
        if (head.length > 0) server.write(head);
        server.pipe(client);
        client.pipe(server);
      });
      this.#keep(server);
      server.on("error", () => client.destroy());
      client.on("close", () => server.destroy());
    });
    this.#proxy = await this.#listen(proxy);
    return this;
  }

  /** A web server at "address:80". */
  async web(authority: string, listener: RequestListener): Promise<void> {
    this.#ways.set(authority, await this.#listen(createWeb(listener)));
  }

  async secureWeb(authority: string, pem: { key: string; cert: string }, listener: RequestListener): Promise<void> {
    this.#ways.set(authority, await this.#listen(createSecureWeb(pem, listener)));
  }

  /** Whatever speaks over a bare connection. */
  async raw(authority: string, speak: (socket: Socket) => void): Promise<void> {
    this.#ways.set(
      authority,
      await this.#listen(
        createRaw((socket) => {
          socket.on("error", () => undefined);
          this.#keep(socket);
          speak(socket);
        }),
      ),
    );
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(this.#servers.map((server) => new Promise<void>((done) => server.close(() => done()))));
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
  }

  async #listen(server: Server | RawServer): Promise<number> {
    this.#servers.push(server);
    server.on("connection", (socket: Socket) => this.#keep(socket));
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return (server.address() as AddressInfo).port;
  }
}
