package dev.rehearse.database.machine;

import dev.rehearse.EnvironmentException;
import dev.rehearse.report.FileTrouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Who runs the embedded server: we ourselves, or an unprivileged user where we are root, because PostgreSQL refuses root
 * (<a href="https://www.postgresql.org/docs/current/postgres-user.html">The PostgreSQL User Account</a>).
 *
 * @param name user to become, empty for ourselves
 * @param group its primary group's number
 * @param way how to become that user
 */
public record ServerUser(String name, String group, Way way) {

    private static final Duration DEADLINE = Duration.ofSeconds(20);

    public enum Way {
        OURSELVES,
        SETPRIV,
        RUNUSER,
        SU
    }

    public static boolean weAreRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static final class Found {
        static final Optional<ServerUser> USER = find();
    }

    /** The same answer for the life of this process. */
    public static ServerUser current() {
        mustHaveName(System.getProperty("user.name"));
        return Found.USER.orElseThrow(
                () -> new EnvironmentException(
                        "PostgreSQL does not run as root, and none of setpriv, runuser and su could become the user"
                                + " postgres or nobody. Run Rehearse as another user, create a user named postgres, or use --database docker."));
    }

    /** A container may have a number for a user, whom Java calls so, and for whom initdb makes nothing. */
    static void mustHaveName(String user) {
        if (user.equals("?")) {
            throw new EnvironmentException(
                    "PostgreSQL is not set up by a user who is a number without a name. Give it one, by a"
                            + " line of /etc/passwd, run Rehearse as another user, or use --database docker.");
        }
    }

    /** Empty where we are root, and can become nobody else. */
    private static Optional<ServerUser> find() {
        if (!weAreRoot()) {
            return Optional.of(new ServerUser("", "", Way.OURSELVES));
        }
        for (String name : List.of("postgres", "nobody")) {
            Processes.Result group = Processes.run(DEADLINE, List.of("id", "-g", name));
            for (Way way : List.of(Way.SETPRIV, Way.RUNUSER, Way.SU)) {
                ServerUser candidate = new ServerUser(name, group.output().strip(), way);
                if (Processes.run(DEADLINE, candidate.command(List.of("true"))).succeeded()) {
                    return Optional.of(candidate);
                }
            }
        }
        return Optional.empty();
    }

    /** The command as this user runs it. With setpriv the process id stays the caller's. */
    public List<String> command(List<String> command) {
        List<String> whole = new ArrayList<>();
        switch (way) {
            case OURSELVES -> {}
            case SETPRIV ->
                whole.addAll(List.of("setpriv", "--reuid=" + name, "--regid=" + group, "--clear-groups", "--"));
            case RUNUSER -> whole.addAll(List.of("runuser", "-u", name, "--"));
            case SU -> {
                String line = command.stream()
                        .map(word -> "'" + word.replace("'", "'\\''") + "'")
                        .collect(Collectors.joining(" ", "exec ", ""));
                return List.of("su", name, "-s", "/bin/sh", "-c", line);
            }
        }
        whole.addAll(command);
        return whole;
    }

    /** Gives a tree of files to this user. */
    public void own(Path tree) {
        if (way == Way.OURSELVES) {
            return;
        }
        Processes.Result result = Processes.run(DEADLINE, List.of("chown", "-R", name + ":" + group, tree.toString()));
        if (!result.succeeded()) {
            throw new EnvironmentException("Cannot give " + tree + " to the user " + name + ": " + result.output());
        }
    }

    /** The same where its folder is somebody else's; that costs little where it is not. */
    public void ownUnlessItDoes(Path tree) {
        try {
            if (way != Way.OURSELVES && !Files.getOwner(tree).getName().equals(name)) {
                own(tree);
            }
        } catch (IOException e) {
            throw new EnvironmentException("Cannot tell whose " + tree + " is: " + FileTrouble.reason(e) + ".", e);
        }
    }

    /** Fails with advice where this user cannot enter a directory. */
    public void mustReach(Path directory) {
        if (way != Way.OURSELVES
                && !Processes.run(DEADLINE, command(List.of("test", "-x", directory.toString())))
                        .succeeded()) {
            throw new EnvironmentException("The server runs as the user " + name + ", who cannot enter " + directory
                    + ". Set REHEARSE_HOME to a directory that everybody can traverse, such as /var/cache/rehearse.");
        }
    }
}
