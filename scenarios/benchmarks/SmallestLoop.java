import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * The least that a client in Java can do: pgbench's select-only, prepared, with the messages made beforehand, an answer that is looked at for its end only, and one counter.
 * What it reaches is as far as Java goes. Arguments: port, clients, seconds. Up to eight clients have a thread each, more share as many as there are cores.
 * Prints operations per second, and the microseconds of CPU of each, after two seconds that do not count.
 */
final class SmallestLoop {

    private static final long WARM_UP_NANOS = 2_000_000_000;

    private final SocketChannel channel;
    private final ByteBuffer out = ByteBuffer.allocateDirect(64);
    private final ByteBuffer in = ByteBuffer.allocateDirect(8_192);
    private final SplittableRandom random = new SplittableRandom();
    private final int digitsAt;

    private SmallestLoop(int port) throws IOException {
        channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        byte[] who = text("user\0bench\0database\0postgres\0\0");
        exchange(ByteBuffer.allocate(8 + who.length).putInt(8 + who.length).putInt(196_608).put(who));
        byte[] sql = text("s\0SELECT abalance FROM pgbench_accounts WHERE aid = $1;\0\0\0");
        exchange(ByteBuffer.allocate(10 + sql.length).put((byte) 'P').putInt(4 + sql.length).put(sql).put((byte) 'S').putInt(4));
        out.put((byte) 'B').putInt(24).put(text("\0s\0")).putShort((short) 0).putShort((short) 1).putInt(7);
        digitsAt = out.position();
        out.put(new byte[7]).putShort((short) 0).put((byte) 'E').putInt(9).put((byte) 0).putInt(0).put((byte) 'S').putInt(4).flip();
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private void exchange(ByteBuffer message) throws IOException {
        channel.write(message.flip());
        while (!answered()) {
            // Whatever comes is passed over.
        }
    }

    private void ask() throws IOException {
        int account = 1 + random.nextInt(1_000_000);
        for (int i = 6; i >= 0; i--) {
            out.put(digitsAt + i, (byte) ('0' + account % 10));
            account /= 10;
        }
        channel.write(out.rewind());
    }

    /** Whether what has come ends with ReadyForQuery. */
    private boolean answered() throws IOException {
        if (channel.read(in) < 0) {
            throw new EOFException("the server closed the connection");
        }
        int end = in.position();
        boolean isReady = end >= 6 && in.get(end - 6) == 'Z';
        if (isReady) {
            in.clear();
        }
        return isReady;
    }

    /** @return how many operations ended from one time to the other */
    private long alone(long from, long to) throws IOException {
        long count = 0;
        while (true) {
            ask();
            while (!answered()) {
                // The rest of it is on its way.
            }
            long now = System.nanoTime();
            count += now >= from ? 1 : 0;
            if (now >= to) {
                return count;
            }
        }
    }

    private static long together(List<SmallestLoop> clients, long from, long to) throws IOException {
        long[] count = new long[1];
        try (Selector selector = Selector.open()) {
            for (SmallestLoop client : clients) {
                client.channel.configureBlocking(false);
                client.channel.register(selector, SelectionKey.OP_READ, client);
                client.ask();
            }
            while (System.nanoTime() < to) {
                selector.select(key -> {
                    SmallestLoop client = (SmallestLoop) key.attachment();
                    try {
                        if (client.answered()) {
                            count[0] += System.nanoTime() >= from ? 1 : 0;
                            client.ask();
                        }
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
            }
        }
        return count[0];
    }

    private static long cpuNanos() {
        return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class).getProcessCpuTime();
    }

    public static void main(String[] arguments) throws Exception {
        int clients = Integer.parseInt(arguments[1]);
        int seconds = Integer.parseInt(arguments[2]);
        int threads = clients <= 8 ? clients : Runtime.getRuntime().availableProcessors();
        List<List<SmallestLoop>> shares = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            if (i < threads) {
                shares.add(new ArrayList<>());
            }
            shares.get(i % threads).add(new SmallestLoop(Integer.parseInt(arguments[0])));
        }
        long from = System.nanoTime() + WARM_UP_NANOS;
        long to = from + seconds * 1_000_000_000L;
        long[] counts = new long[threads];
        List<Thread> running = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int own = i;
            running.add(new Thread(() -> {
                try {
                    List<SmallestLoop> share = shares.get(own);
                    counts[own] = clients == threads ? share.get(0).alone(from, to) : together(share, from, to);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }));
        }
        running.forEach(Thread::start);
        Thread.sleep(WARM_UP_NANOS / 1_000_000);
        long cpu = cpuNanos();
        long sum = 0;
        for (int i = 0; i < threads; i++) {
            running.get(i).join();
            sum += counts[i];
        }
        System.out.printf(Locale.ROOT, "%.1f %.2f%n", (double) sum / seconds, (cpuNanos() - cpu) / 1e3 / sum);
    }
}
