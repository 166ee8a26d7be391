package dev.rehearse.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** A server of the embedded binaries in a temporary directory. */
record ScratchFolder(Path home, int port) implements ScratchServer.Host {

    private static final int MOST_ATTEMPTS = 3;

    static ScratchFolder start(String... settings) {
        try {
            Path home = Files.createTempDirectory("rehearse-datasets-");
            Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
            unpack(home);
            ScratchFolder server = new ScratchFolder(home, 0);
            Files.createDirectory(home.resolve("run"));
            if (isRoot()) {
                server.command(List.of("chown", "postgres", home.resolve("run").toString()));
            }
            server.postgres("initdb", "-D", "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N");
            String options = " -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_wal_size=4GB"
                    + Stream.of(settings).map(setting -> " -c " + setting).collect(Collectors.joining());
            for (int attempt = 1; ; attempt++) {
                int port = freePort();
                try {
                    server.postgres(
                            "pg_ctl",
                            "-D",
                            "data",
                            "-w",
                            "-t",
                            "60",
                            "-l",
                            "log",
                            "start",
                            "-o",
                            "-p " + port + options);
                    return new ScratchFolder(home, port);
                } catch (IllegalStateException e) {
                    // Somebody else may have taken the port meanwhile.
                    if (attempt == MOST_ATTEMPTS) {
                        throw e;
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        postgres("pg_ctl", "-D", "data", "-m", "immediate", "-w", "stop");
        try (Stream<Path> files = Files.walk(home)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void postgres(String program, String... arguments) {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            command.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"));
        }
        command.add(home.resolve("bin").resolve(program).toString());
        command.addAll(List.of(arguments));
        command(command);
    }

    private void command(List<String> command) {
        try {
            Path output = Files.createTempFile(home, "output", ".txt");
            Process process = new ProcessBuilder(command)
                    .directory(
                            Files.isDirectory(home.resolve("run"))
                                    ? home.resolve("run").toFile()
                                    : home.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(120, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IllegalStateException(command + " failed: " + Files.readString(output));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void unpack(Path home) throws IOException {
        try (InputStream jarred = ScratchFolder.class.getResourceAsStream("/postgres-linux-x86_64.txz");
                TarArchiveInputStream tar = new TarArchiveInputStream(new XZCompressorInputStream(jarred))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path target = home.resolve(entry.getName()).normalize();
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else if (entry.isSymbolicLink()) {
                    Files.createDirectories(target.getParent());
                    Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
                } else {
                    Files.createDirectories(target.getParent());
                    Files.copy(tar, target);
                    boolean executable = (entry.getMode() & 0100) != 0;
                    Files.setPosixFilePermissions(
                            target, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
                }
            }
        }
    }
}
