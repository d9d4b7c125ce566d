import { connect, createServer } from "node:net";

/** Its own program, on a host that an intruder has taken: what comes to the first port goes on to another host. Arguments: port, host, port. */
const [port = "0", host = "", onward = "0"] = process.argv.slice(2);
createServer((socket) => {
  const next = connect({ host, port: Number(onward) });
  const end = (): void => {
    socket.destroy();
    next.destroy();
  };
  for (const each of [socket, next]) {
    each.on("error", end);
    each.on("close", end);
  }
  socket.pipe(next).pipe(socket);
}).listen(Number(port), "0.0.0.0");
