package dev.rehearse.wiretap;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Whose the client's end of a connection to a tap is. Stateless. */
public final class ClientProcess {

    private ClientProcess() {}

    /**
     * Whether it is neither this process's nor that of one that this has begun, or one of theirs; a process whose files we may not see is none.
     * False where the machine does not say (it is no Linux), or the client has gone.
     *
     * @param clientPort of the client's end
     * @param tapPort of the other end
     */
    public static boolean isOutsider(int clientPort, int tapPort) {
        return LocalSocket.find(clientPort, tapPort)
                .filter(LocalSocket::isOpen)
                .map(socket -> "socket:[" + socket.inode() + "]")
                .filter(link -> ourProcesses().noneMatch(process -> hasOpen(process, link)))
                .isPresent();
    }

    private static Stream<ProcessHandle> ourProcesses() {
        ProcessHandle self = ProcessHandle.current();
        return Stream.concat(Stream.of(self), self.descendants());
    }

    private static boolean hasOpen(ProcessHandle process, String link) {
        try (Stream<Path> files = Files.list(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
            return files.anyMatch(file -> {
                try {
                    return Files.readSymbolicLink(file).toString().equals(link);
                } catch (IOException closed) {
                    return false;
                }
            });
        } catch (IOException | UncheckedIOException endedOrNotOurs) {
            return false;
        }
    }
}
