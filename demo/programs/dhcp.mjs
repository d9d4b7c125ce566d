// Renewal of an address, both sides (RFC 2131 §4.3.2). Usage: dhcp.mjs serve ADDRESS | dhcp.mjs renew SERVER ADDRESS MAC NAME
import dgram from "node:dgram";

const [what, ...rest] = process.argv.slice(2);
const COOKIE = Buffer.from([99, 130, 83, 99]);
const socket = dgram.createSocket({ type: "udp4", reuseAddr: true });

function option(code, value) {
  return Buffer.concat([Buffer.from([code, value.length]), value]);
}

if (what === "serve") {
  const [address] = rest;
  const own = Buffer.from(address.split(".").map(Number));
  socket.on("message", (request, from) => {
    const reply = Buffer.alloc(236);
    request.copy(reply, 0, 0, 236);
    reply[0] = 2;
    request.copy(reply, 16, 12, 16);
    const options = [
      COOKIE,
      option(53, Buffer.from([5])),
      option(54, own),
      option(51, Buffer.from([0, 0, 0x70, 0x80])),
      option(15, Buffer.from("lindenhof.example")),
      Buffer.from([255]),
    ];
    socket.send(Buffer.concat([reply, ...options]), 68, from.address);
  });
  socket.bind(67, address);
} else {
  const [server, address, mac, name] = rest;
  const request = Buffer.alloc(236);
  request[0] = 1;
  request[1] = 1;
  request[2] = 6;
  request.writeUInt32BE(Math.floor(Math.random() * 2 ** 32), 4);
  request.set(address.split(".").map(Number), 12);
  request.set(
    mac.split(":").map((byte) => Number.parseInt(byte, 16)),
    28,
  );
  const message = Buffer.concat([request, COOKIE, option(53, Buffer.from([3])), option(12, Buffer.from(name)), Buffer.from([255])]);
  socket.bind(68, address, () => socket.send(message, 67, server));
  socket.on("message", () => socket.close());
  setTimeout(() => process.exit(0), 1_500);
}
