"""A line between two programs that can be cut: nothing passes any more, and nobody is told."""

import socket
from contextlib import suppress
from threading import Event, Thread

_PIECE = 65536


class Line:
    """Listens on a port of its own and hands on to others, one after the other."""

    def __init__(self, *targets: int) -> None:
        self.targets = list(targets)
        self._turn = 0
        self._open = Event()
        self._open.set()
        self._ended = False
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cut(self) -> None:
        """Let every connection hang, those to come too."""
        self._open.clear()

    def mend(self) -> None:
        """Let new connections pass; what hung stays lost, as after a router's restart."""
        for pair in self._pairs:
            for end in pair:
                _end(end)
        self._pairs.clear()
        self._open.set()

    def close(self) -> None:
        self._ended = True
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.mend()

    def _accept(self) -> None:
        while not self._ended:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            if not self._open.is_set():
                self._pairs.append((near, near))
                continue
            for _ in self.targets:
                self._turn += 1
                try:
                    far = socket.create_connection(
                        ("127.0.0.1", self.targets[self._turn % len(self.targets)])
                    )
                except OSError:
                    continue
                self._pairs.append((near, far))
                for one, other in ((near, far), (far, near)):
                    Thread(target=self._carry, args=(one, other), daemon=True).start()
                break
            else:
                near.close()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):  # whoever mends the line closes both ends
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while piece := one.recv(_PIECE):
                if not self._open.is_set():
                    return  # dropped, and neither end hears of it
                other.sendall(piece)
        for end in (one, other):
            _end(end)


def _end(end: socket.socket) -> None:
    """Close it, also while another thread waits for what it may bring: closing alone would not."""
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
