package dev.rehearse.wiretap;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * One end of a connection on this machine, as Linux has it in its <a href="https://docs.kernel.org/networking/proc_net_tcp.html">table of
 * sockets</a>.
 *
 * @param inode its number; 0: no process has it open any more, though it may have something left to be taken
 */
record LocalSocket(long inode) {

    private static final int LOCAL = 1;
    private static final int REMOTE = 2;
    private static final int INODE = 9;

    /** The end with that port, if it is on this machine and the machine says so. */
    static Optional<LocalSocket> find(int port, int otherPort) {
        String local = String.format(Locale.ROOT, ":%04X", port);
        String remote = String.format(Locale.ROOT, ":%04X", otherPort);
        // One that speaks both versions of IP is in the second, whichever it uses.
        for (String table : new String[] {"tcp", "tcp6"}) {
            try {
                Optional<LocalSocket> found = Files.readString(
                                Path.of("/proc/self/net", table), StandardCharsets.US_ASCII)
                        .lines()
                        .map(line -> line.strip().split("\\s+"))
                        .filter(fields -> fields.length > INODE
                                && fields[LOCAL].endsWith(local)
                                && fields[REMOTE].endsWith(remote))
                        .map(fields -> new LocalSocket(Long.parseLong(fields[INODE])))
                        .findFirst();
                if (found.isPresent()) {
                    return found;
                }
            } catch (IOException e) {
                // It does not speak this version, or is no Linux.
            }
        }
        return Optional.empty();
    }

    /** Whether that end is on this machine, and no process has it open any more. */
    static boolean isAbandoned(int port, int otherPort) {
        return find(port, otherPort).filter(socket -> !socket.isOpen()).isPresent();
    }

    boolean isOpen() {
        return inode != 0;
    }
}
