/** The peer of the room: socket.io emitting the same messages to everybody. Arguments: port, rate, bytes. */
import { createServer } from "node:http";
import { Server } from "socket.io";

const [port, rate, size] = process.argv.slice(2).map(Number);
const http = createServer();
const io = new Server(http, { transports: ["websocket"], serveClient: false });
http.listen({ port, host: "127.0.0.1", backlog: 4096 });
let number = 0;
setInterval(() => {
  number += 1;
  io.emit("m", { type: "load", number, sent: Date.now(), text: "x".repeat(Math.max(0, size - 60)) });
}, 1000 / rate);
