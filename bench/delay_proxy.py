"""A TCP proxy that adds delay and nothing else: half of the round trip each way, any bandwidth.

    python bench/delay_proxy.py TARGET_PORT [--round-trip 0.020]

Prints `ready PORT`. Bytes that come together leave together, each after its own delay.
"""

import argparse
import asyncio
import contextlib
from asyncio import Queue, StreamReader, StreamWriter

_AT_ONCE = 1 << 20


async def carry(reader: StreamReader, writer: StreamWriter, delay: float) -> None:
    """Pass on what comes, so much later."""
    loop, waiting = asyncio.get_running_loop(), Queue[tuple[float, bytes]]()

    async def read() -> None:
        data = b"?"
        while data:
            with contextlib.suppress(ConnectionError):
                data = await reader.read(_AT_ONCE)
            waiting.put_nowait((loop.time() + delay, data))

    reading = asyncio.create_task(read())
    with contextlib.suppress(ConnectionError):
        while (item := await waiting.get())[1]:
            await asyncio.sleep(item[0] - loop.time())
            writer.write(item[1])
            await writer.drain()
    reading.cancel()
    writer.close()


async def serve(target: int, delay: float) -> None:
    """Accept until cancelled."""

    async def accept(reader: StreamReader, writer: StreamWriter) -> None:
        there = await asyncio.open_connection("127.0.0.1", target, limit=1 << 22)
        await asyncio.gather(carry(reader, there[1], delay), carry(there[0], writer, delay))

    server = await asyncio.start_server(accept, "127.0.0.1", 0, limit=1 << 22)
    print(f"ready {server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


def main() -> None:
    """Serve until interrupted."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("target", type=int)
    options.add_argument("--round-trip", type=float, default=0.020)
    chosen = options.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(chosen.target, chosen.round_trip / 2))


if __name__ == "__main__":
    main()
