#!/usr/bin/python3
"""ikeping - one IKE_SA_INIT exchange, written independently of the tool under test: it tells whether a gateway answers.

    ikeping.py [-t udp500|udp4500|tcp] [-w SECONDS] [--once] HOST        (default: tcp, 2 s)

Offers group 14 alone and follows one COOKIE (--once: none).  Prints one line: transport, and "accepted", the name of an error notify, or
why there was no answer.  Exit status: 0 accepted, 1 an error notify, 2 no answer.  Only the standard library.
"""
import argparse, errno, hashlib, os, select, socket, struct, sys

PREFIX = b"IKETCP"
SA, KE, NONCE, NOTIFY = 33, 34, 40, 41
COOKIE = 16390
NOTIFIES = {1: "UNSUPPORTED_CRITICAL_PAYLOAD", 5: "INVALID_MAJOR_VERSION", 7: "INVALID_SYNTAX", 14: "NO_PROPOSAL_CHOSEN",
            17: "INVALID_KE_PAYLOAD", COOKIE: "COOKIE", 16407: "REDIRECT"}
P14 = int("FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
          "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
          "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F"
          "83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B"
          "E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510"
          "15728E5A8AACAA68FFFFFFFFFFFFFFFF", 16)


def transforms(*all_of_them):
    out = b""
    for i, (kind, ident, bits) in enumerate(all_of_them):
        attribute = struct.pack(">HH", 0x800E, bits) if bits else b""
        more = 0 if i == len(all_of_them) - 1 else 3
        out += struct.pack(">BBHBBH", more, 0, 8 + len(attribute), kind, 0, ident) + attribute
    return len(all_of_them), out


def proposal(last, number, count, body):
    return struct.pack(">BBHBBBB", 0 if last else 2, 0, 8 + len(body), number, 1, 0, count) + body


SA_BODY = (proposal(False, 1, *transforms((1, 20, 256), (1, 20, 128), (2, 7, 0), (2, 5, 0), (4, 14, 0))) +
           proposal(True, 2, *transforms((1, 12, 256), (1, 12, 128), (2, 7, 0), (2, 5, 0), (3, 14, 0), (3, 12, 0), (4, 14, 0))))


def notify(kind, data=b""):
    return NOTIFY, struct.pack(">BBH", 0, 0, kind) + data


def nat_hash(spi, address, port):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return hashlib.sha1(spi + bytes(8) + socket.inet_pton(family, address) + struct.pack(">H", port)).digest()


class Request:
    def __init__(self):
        self.spi, self.nonce, self.cookie = os.urandom(8), os.urandom(32), None
        self.public = pow(2, int.from_bytes(os.urandom(32), "big"), P14).to_bytes(256, "big")

    def build(self, local, remote):
        payloads = [] if self.cookie is None else [notify(COOKIE, self.cookie)]
        payloads += [(SA, SA_BODY), (KE, struct.pack(">HH", 14, 0) + self.public), (NONCE, self.nonce),
                     notify(16388, nat_hash(self.spi, *local)), notify(16389, nat_hash(self.spi, *remote)),
                     notify(16406)]                             # REDIRECT_SUPPORTED
        body = b""
        for i, (_, data) in enumerate(payloads):
            following = payloads[i + 1][0] if i + 1 < len(payloads) else 0
            body += struct.pack(">BBH", following, 0, 4 + len(data)) + data
        return self.spi + bytes(8) + struct.pack(">BBBBII", payloads[0][0], 0x20, 34, 8, 0, 28 + len(body)) + body


def understand(message, spi):
    """("accepted" | name of a notify, cookie | None)"""
    if len(message) < 28 or message[:8] != spi or message[18] != 34 or not message[19] & 0x20:
        return "not an answer: " + message[:28].hex(), None
    at, kind, names, cookie = 28, message[16], [], None
    while kind and at + 4 <= len(message):
        following, _, size = struct.unpack(">BBH", message[at:at + 4])
        if kind == KE:
            return "accepted", None
        if kind == NOTIFY:
            number = struct.unpack(">H", message[at + 6:at + 8])[0]
            names.append(NOTIFIES.get(number, str(number)))
            if number == COOKIE:
                cookie = message[at + 8 + message[at + 5]:at + size]
        at, kind = at + max(size, 4), following
    return "+".join(names) or "empty", cookie


class Link:
    """One socket; messages in, messages out."""

    def __init__(self, host, transport, timeout):
        self.tcp, self.marker, self.timeout, self.buffer = transport == "tcp", transport != "udp500", timeout, b""
        kind = socket.SOCK_STREAM if self.tcp else socket.SOCK_DGRAM
        info = socket.getaddrinfo(host, 4500 if self.marker else 500, type=kind)[0]
        self.s = socket.socket(info[0], kind)
        self.s.settimeout(timeout)
        self.s.connect(info[4])
        self.local, self.remote = self.s.getsockname()[:2], self.s.getpeername()[:2]
        if self.tcp:
            self.s.sendall(PREFIX)

    def send(self, message):
        data = (bytes(4) if self.marker else b"") + message
        self.s.sendall(struct.pack(">H", len(data) + 2) + data if self.tcp else data)

    def receive(self):
        if not self.tcp:
            data = self.s.recv(65536)
        else:
            while len(self.buffer) < 2 or len(self.buffer) < struct.unpack(">H", self.buffer[:2])[0]:
                more = self.s.recv(65536)
                if not more:
                    raise EOFError
                self.buffer += more
            size = struct.unpack(">H", self.buffer[:2])[0]
            data, self.buffer = self.buffer[2:size], self.buffer[size:]
        return data[4:] if self.marker else data


def main():
    a = argparse.ArgumentParser(usage=__doc__)
    a.add_argument("host")
    a.add_argument("-t", "--transport", default="tcp", choices=["udp500", "udp4500", "tcp"])
    a.add_argument("-w", "--timeout", type=float, default=2)
    a.add_argument("--once", action="store_true")
    o = a.parse_args()

    def finish(status, what):
        print(o.transport, what)
        return status

    request = Request()
    try:
        for _ in range(1 if o.once else 2):
            link = Link(o.host, o.transport, o.timeout)         # a gateway may hang up after a COOKIE
            link.send(request.build(link.local, link.remote))
            what, request.cookie = understand(link.receive(), request.spi)
            if request.cookie is None:
                break
    except (socket.timeout, TimeoutError):
        return finish(2, "timeout")
    except EOFError:
        return finish(2, "closed")
    except OSError as e:
        return finish(2, errno.errorcode.get(e.errno, str(e)))
    return finish(0 if what == "accepted" else 1, what)


if __name__ == "__main__":
    sys.exit(main())
