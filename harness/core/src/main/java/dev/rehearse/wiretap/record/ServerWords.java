package dev.rehearse.wiretap.record;

import dev.rehearse.wiretap.lock.LockEventTrigger;
import dev.rehearse.wiretap.protocol.ServerNotice;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the server says about its own work at DEBUG1 and, with {@code log_lock_waits}, at LOG. The texts are the same from 14 to 18;
 * {@code lc_messages} must be C. Sources: {@code ATRewriteTable}, {@code index_build}, {@code validateForeignKeyConstraint},
 * {@code check_default_partition_contents} and {@code ProcSleep}; see also <a href="https://www.postgresql.org/docs/current/runtime-config-logging.html#GUC-LOG-LOCK-WAITS">log_lock_waits</a>.
 *
 * @param rewrites tables rewritten
 * @param scans tables or foreign keys read in full to verify a constraint
 * @param indexBuilds "index on table"
 * @param words every DEBUG message
 */
record ServerWords(List<String> rewrites, List<String> scans, List<String> indexBuilds, List<String> words) {

    static final ServerWords NONE = new ServerWords(List.of(), List.of(), List.of(), List.of());

    private static final int WORDS_KEPT = 1_000;

    private static final Pattern REWRITE = Pattern.compile("rewriting table \"(.+)\"");
    private static final Pattern SCAN = Pattern.compile("verifying table \"(.+)\"");
    private static final Pattern FOREIGN_KEY = Pattern.compile("validating foreign key constraint \"(.+)\"");
    private static final Pattern INDEX_BUILD = Pattern.compile(
            "building index \"(.+)\" on table \"(.+)\" (?:serially|with request for \\d+ parallel workers?)");
    /** These rewrite a table without saying so; the indexes that they build tell. Plain VACUUM builds none. */
    private static final Set<String> SILENT_REWRITES = Set.of("VACUUM", "CLUSTER", "REFRESH MATERIALIZED VIEW");

    private static final Pattern WAIT = Pattern.compile("process (\\d+) "
            + "(still waiting for|acquired|avoided deadlock for|detected deadlock while waiting for|failed to acquire) "
            + "(\\w+) on (.+?)(?: by rearranging queue order)? after (\\d+)\\.(\\d{3}) ms");
    private static final Pattern RELATION =
            Pattern.compile("(?:extension of |page \\d+ of |tuple \\S+ of )?relation (\\d+) of database \\d+");

    /**
     * @param tag the statement's command tag
     * @param existedBefore whether a table of that name was there before; what is done to a table that the migration has just
     *     made concerns nobody
     */
    static ServerWords of(List<ServerNotice> notices, @Nullable String tag, Predicate<String> existedBefore) {
        Set<String> rewrites = new java.util.LinkedHashSet<>();
        Set<String> scans = new java.util.LinkedHashSet<>();
        Set<String> builds = new java.util.LinkedHashSet<>();
        List<String> words = new ArrayList<>();
        for (ServerNotice notice : notices) {
            if (!notice.severity().startsWith("DEBUG") || LockEventTrigger.isReport(notice)) {
                continue;
            }
            String text = notice.text();
            if (words.size() < WORDS_KEPT) {
                words.add(text);
            }
            only(REWRITE, text).filter(existedBefore).ifPresent(rewrites::add);
            only(SCAN, text).filter(existedBefore).ifPresent(scans::add);
            only(FOREIGN_KEY, text).ifPresent(name -> scans.add("foreign key " + name));
            Matcher build = INDEX_BUILD.matcher(text);
            if (build.matches() && existedBefore.test(build.group(2)) && !isToast(build.group(2))) {
                builds.add(build.group(1) + " on " + build.group(2));
                if (SILENT_REWRITES.contains(tag == null ? "" : tag)) {
                    rewrites.add(build.group(2));
                }
            }
        }
        return new ServerWords(List.copyOf(rewrites), List.copyOf(scans), List.copyOf(builds), List.copyOf(words));
    }

    /** Whether constraints made it unnecessary to look for a new partition's rows in a default partition. */
    boolean proves(String defaultPartition) {
        return words.contains("updated partition constraint for default partition \"" + defaultPartition
                + "\" is implied by existing constraints");
    }

    /** What the server says about a wait of the session that it says it to. */
    static Optional<WaitWords> wait(ServerNotice notice) {
        Matcher wait = WAIT.matcher(notice.text());
        if (!notice.severity().equals("LOG") || !wait.matches()) {
            return Optional.empty();
        }
        long micros = Long.parseLong(wait.group(5)) * 1_000 + Long.parseLong(wait.group(6));
        String on = wait.group(4);
        Matcher relation = RELATION.matcher(on);
        return Optional.of(new WaitWords(
                Integer.parseInt(wait.group(1)),
                wait.group(2).equals("acquired"),
                wait.group(3),
                lockType(on),
                relation.matches() ? Long.parseLong(relation.group(1)) : 0,
                on,
                micros));
    }

    /**
     * @param granted whether the wait is over and the lock held
     * @param lockType as {@code pg_locks.locktype}
     * @param relationOid 0 where the lock is on something else
     * @param on what the lock is on, as the server describes it
     * @param waitedMicros so far, or in all
     */
    record WaitWords(
            int pid, boolean granted, String mode, String lockType, long relationOid, String on, long waitedMicros) {}

    /** The server's descriptions of lock tags ({@code DescribeLockTag}) by their beginnings. */
    private static String lockType(String on) {
        if (on.startsWith("relation ")) {
            return "relation";
        } else if (on.startsWith("extension of ")) {
            return "extend";
        } else if (on.startsWith("page ")) {
            return "page";
        } else if (on.startsWith("tuple ")) {
            return "tuple";
        } else if (on.startsWith("transaction ")) {
            return "transactionid";
        } else if (on.startsWith("virtual transaction ")) {
            return "virtualxid";
        } else if (on.startsWith("speculative token ")) {
            return "spectoken";
        } else if (on.startsWith("advisory lock ")) {
            return "advisory";
        } else if (on.startsWith("user lock ")) {
            return "userlock";
        }
        return "object";
    }

    private static boolean isToast(String table) {
        return table.matches("pg_toast_\\d+");
    }

    private static Optional<String> only(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
    }
}
