package dev.rehearse.database.machine;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * The process that a run belongs to, told apart from a later one with the same number.
 *
 * @param started when it started: clock ticks since boot on Linux, seconds since the epoch elsewhere
 * @param machine a digest of the machine's id, empty where it has none
 * @param boot the machine's boot id
 * @param namespace process numbers mean something only inside their namespace
 */
public record Owner(long pid, String started, String machine, String boot, String namespace) {

    private static final Duration BENEFIT_OF_DOUBT = Duration.ofHours(24);

    public enum State {
        ALIVE,
        DEAD,
        /** On another machine or in another container: we cannot know. */
        ELSEWHERE
    }

    private static final class Ours {
        static final Owner OWNER = describe(ProcessHandle.current().pid());
    }

    public static Owner current() {
        return Ours.OWNER;
    }

    private static Owner describe(long pid) {
        String machineId = firstLine(Path.of("/etc/machine-id"));
        String machine = machineId.isEmpty()
                ? ""
                : UUID.nameUUIDFromBytes(("rehearse" + machineId).getBytes(StandardCharsets.UTF_8))
                        .toString()
                        .substring(0, 8);
        String boot = firstLine(Path.of("/proc/sys/kernel/random/boot_id"));
        return new Owner(pid, startOf(pid), machine, boot.isEmpty() ? hostName() : boot, namespaceOfOurs());
    }

    @Override
    public String toString() {
        return pid + ":" + started + ":" + machine + ":" + boot + ":" + namespace;
    }

    public static Optional<Owner> parse(String text) {
        String[] parts = text.strip().split(":", -1);
        if (parts.length != 5 || !parts[0].matches("\\d{1,18}")) {
            return Optional.empty();
        }
        return Optional.of(new Owner(Long.parseLong(parts[0]), parts[1], parts[2], parts[3], parts[4]));
    }

    /**
     * Whether nobody can need any more what a file or folder stands for.
     *
     * @param owner as it stands there, empty where it cannot be read
     * @param sign its last change counts where the owner cannot be seen
     */
    public static boolean isAbandoned(Optional<Owner> owner, Path sign) {
        State state = owner.map(Owner::state).orElse(State.ELSEWHERE);
        return switch (state) {
            case ALIVE -> false;
            case DEAD -> true;
            case ELSEWHERE -> {
                try {
                    yield Files.getLastModifiedTime(sign)
                            .toInstant()
                            .isBefore(Instant.now().minus(BENEFIT_OF_DOUBT));
                } catch (IOException gone) {
                    yield false;
                }
            }
        };
    }

    public State state() {
        Owner we = current();
        if (!boot.equals(we.boot)) {
            return !machine.isEmpty() && machine.equals(we.machine) ? State.DEAD : State.ELSEWHERE;
        }
        if (!namespace.equals(we.namespace)) {
            return State.ELSEWHERE;
        }
        return started.equals(startOf(pid)) ? State.ALIVE : State.DEAD;
    }

    /** Empty where there is no such process. */
    private static String startOf(long pid) {
        String stat = firstLine(Path.of("/proc", Long.toString(pid), "stat"));
        if (!stat.isEmpty()) {
            // The second field, the program's name, may hold blanks and parentheses. Field 22 is the start.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            // A zombie has ended; only its parent has not noticed.
            return fields[0].equals("Z") ? "" : fields[19];
        }
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().startInstant())
                .map(start -> Long.toString(start.getEpochSecond()))
                .orElse("");
    }

    private static String namespaceOfOurs() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/ns/pid"))
                    .toString()
                    .replaceAll("\\D", "");
        } catch (IOException | UnsupportedOperationException notLinux) {
            return "";
        }
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName().replace(':', '_');
        } catch (IOException nameless) {
            return "";
        }
    }

    private static String firstLine(Path file) {
        try {
            String text = Files.readString(file, StandardCharsets.ISO_8859_1);
            return text.lines().findFirst().orElse("").strip();
        } catch (IOException missing) {
            return "";
        }
    }
}
