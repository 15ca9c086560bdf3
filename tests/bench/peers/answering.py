"""An outside that takes everything at once, for as little of the machine as possible."""

import asyncio
import json
from itertools import count

HEAD = b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
LENGTH = b"content-length:"


class Answering(asyncio.Protocol):
    """Answers each request of a connection with the number of another notification."""

    numbers = count(1)

    def connection_made(self, transport):
        self.transport = transport
        self.received = b""

    def data_received(self, data):
        self.received += data
        while (end := self.received.find(b"\r\n\r\n")) >= 0:
            head = self.received[:end].lower()
            start = head.find(LENGTH)
            length = int(head[start + len(LENGTH) :].split(b"\r\n", 1)[0]) if start >= 0 else 0
            if len(self.received) < end + 4 + length:
                return
            self.received = self.received[end + 4 + length :]
            body = json.dumps({"notification": {"_id": f"n{next(self.numbers)}"}}).encode()
            self.transport.write(HEAD % (len(body), body))


async def serve():
    server = await asyncio.get_running_loop().create_server(Answering, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve())
