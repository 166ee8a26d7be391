package dev.rehearse.assess.schema;

import dev.rehearse.assess.words.Words;
import dev.rehearse.plan.Workload;
import dev.rehearse.recording.OperationLog.OperationKind;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording;
import dev.rehearse.recording.Recording.SchemaDifference;
import dev.rehearse.recording.RelationLock;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Severity;
import dev.rehearse.report.Units;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Changes that the application that runs today may depend on, and that the load cannot show: one that is derived from the catalog copies old
 * rows, so that it never leaves a value to a default, never writes a NULL that was not there, and calls no function. Read from the schema's
 * definitions before and after, as {@link dev.rehearse.observe.SchemaFingerprint} words them. Stateless.
 */
public final class OldApplication {

    private static final int MOST_SHOWN = 12;

    /** A column's type, its collation, whether it must not be null, and the rest, which begins with its default. */
    private static final Pattern COLUMN = Pattern.compile(
            "(.+?)( collate \\S+)?( not null)?((?: default | generated | storage | compression | statistics | options"
                    + " | foreign options | inherited| privileges ).*)?",
            Pattern.DOTALL);

    private static final Pattern TYPE = Pattern.compile("([^(\\[]+)(?:\\((\\d+)(?:,(\\d+))?\\))?(.*)");
    private static final Pattern REQUIRED = Pattern.compile("domain over (?:(?! default |;).)+ not null\\b");
    private static final Pattern LABEL = Pattern.compile("'((?:[^']|'')*)'");
    private static final Pattern INCREMENT = Pattern.compile(" increment (-?\\d+) ");
    private static final Pattern GREATEST = Pattern.compile(" to (-?\\d+) cache ");
    private static final List<String> INTEGERS = List.of("smallint", "integer", "bigint");
    private static final String MATERIALIZED = "materialized view ";
    private static final String OTHERS_WAY =
            "Expand and contract: first release an application that does not depend on it. What becomes of a column shows"
                    + " where an operation of workload.before writes its table.";
    private static final String DISABLED_WAY =
            "ALTER TABLE ... ENABLE TRIGGER in the transaction that disabled it, unless nobody needs it any more.";
    /** A primary fires those of replicas as little. */
    private static final Pattern DISABLED = Pattern.compile("; (disabled|enabled on replicas)$");

    private static final Set<String> TEXTS = Set.of("text", "character varying", "character");
    /** Their precision rounds, and refuses nothing. */
    private static final Set<String> TIMES = Set.of("timestamp", "time", "interval");

    private static final Pattern TRIGGER_NAME = Pattern.compile("(?<=TRIGGER )(?:\"(?:[^\"]|\"\")*\"|\\S+)");

    private static final Pattern INHERITED = Pattern.compile(" inherited(?: and local)?(?= privileges |$)");
    private static final Pattern ATTACHED = Pattern.compile("; attached to (?:public\\.)?(.+?)(?=; |$)");
    private static final Pattern OWNED = Pattern.compile("; owned by (.+?)(?=; owner )");

    private final List<SchemaDifference> changes;
    private final Set<String> writtenByGiven;
    private final Set<String> materializedViews;
    private final RulesOfRows rules;
    private final Unasked unasked;
    private final Map<LostIndexes.Lost, List<String>> lostIndexes = new LinkedHashMap<>();
    private final List<String> lines = new ArrayList<>();
    /** Lines by their own way out. */
    private final Map<String, Integer> ownWays = new LinkedHashMap<>();

    private final SwappedColumns swapped;

    private OldApplication(Recording recording) {
        this.changes = recording.schema().changes();
        String today = recording.load().before();
        this.writtenByGiven = recording.operations().kinds().stream()
                .filter(kind -> kind.application().equals(today) && !today.equals(Workload.Application.DERIVED))
                .map(OperationKind::written)
                .flatMap(List::stream)
                .collect(Collectors.toSet());
        this.materializedViews = Stream.concat(
                        changes.stream()
                                .map(SchemaDifference::object)
                                .filter(object -> object.startsWith(MATERIALIZED))
                                .map(object -> object.substring(MATERIALIZED.length())),
                        recording.statements().stream()
                                .filter(statement -> statement.phase() == Phase.MIGRATE)
                                .flatMap(statement -> statement.locks().stream())
                                .filter(lock -> MATERIALIZED.equals(lock.relationKind() + " "))
                                .map(RelationLock::relation))
                .collect(Collectors.toSet());
        this.swapped = new SwappedColumns(recording.account());
        this.rules = new RulesOfRows(recording.schema(), writtenByGiven);
        this.unasked = new Unasked(recording);
    }

    /** Those that a run shows, as one finding; empty where it shows none. */
    public static Optional<Finding> find(Recording recording) {
        OldApplication old = new OldApplication(recording);
        old.changes.forEach(old::look);
        old.lostIndexes.forEach((lost, names) -> old.lines.add(lost.inWords(names)));
        TakenByCascade.in(recording).forEach(line -> old.tell(line, TakenByCascade.SAFER_WAY));
        return old.lines.isEmpty() ? Optional.empty() : Optional.of(old.finding());
    }

    private Finding finding() {
        return new Finding(
                "OLD_APPLICATION",
                Severity.DANGER,
                Character.toUpperCase(lines.get(0).charAt(0))
                        + lines.get(0).substring(1)
                        + (lines.size() == 1
                                ? ""
                                : ", and " + Units.count(lines.size() - 1, "other change")
                                        + " that the application may depend on"),
                -1,
                Units.count(lines.size(), "change"),
                "none",
                AlikeColumns.together(lines).stream().limit(MOST_SHOWN).toList(),
                "Perhaps nothing of this run's load depends on it; an application that does fails from the migration on, is slower, or keeps other values.",
                saferWay(),
                null);
    }

    private String saferWay() {
        int own = ownWays.values().stream().mapToInt(Integer::intValue).sum();
        return Stream.concat(own < lines.size() ? Stream.of(OTHERS_WAY) : Stream.empty(), ownWays.keySet().stream())
                .collect(Collectors.joining(" "));
    }

    private void tell(String line, String saferWay) {
        lines.add(line);
        ownWays.merge(saferWay, 1, Integer::sum);
    }

    private void look(SchemaDifference change) {
        String object = change.object();
        String before = change.before();
        String after = change.after();
        if (object.startsWith("setting ")) {
            if (isOfNewRole(change)) {
                return;
            }
            lines.add(object + " is " + Objects.requireNonNullElse(after, "gone")
                    + " for whoever connects from then on; the load had connected before");
            return;
        }
        if (before != null && after != null) {
            LostConnections.since(object, before, after).forEach(line -> tell(line, LostConnections.SAFER_WAY));
        }
        lines.addAll(rules.broken(change));
        if (before == null && object.startsWith("table ")) {
            TableStates.ofNew(after).forEach(state -> tell(object + state, TableStates.IDENTITY_WAY));
        }
        if (before == null || isOfPartition(object, before, after)) {
            return;
        }
        if (object.startsWith(SwappedColumns.ORDER)) {
            lines.addAll(swapped.told(object, before, after));
            return;
        }
        unasked.gone(change).ifPresent(lines::add);
        String kind = object.substring(0, Math.max(0, object.indexOf(' ')));
        switch (kind) {
            case "column" -> column(object, before, after);
            case "type" -> type(object, before, after);
            case "function", "procedure", "aggregate" ->
                LostFunctions.lost(change, changes).ifPresent(lines::add);
            case "sequence" -> sequence(object, before, after);
            case "index" ->
                LostIndexes.lost(change, changes)
                        .ifPresent(lost -> lostIndexes
                                .computeIfAbsent(lost.among(materializedViews), any -> new ArrayList<>())
                                .add(object.substring("index ".length())));
            case "table" -> TableStates.since(before, after).forEach(state -> lines.add(object + state));
            case "trigger" -> trigger(object, before, after);
            default -> LostParts.lost(change, changes).ifPresent(lines::add);
        }
    }

    private boolean isOfNewRole(SchemaDifference setting) {
        return changes.stream()
                .filter(change -> change.before() == null && change.object().startsWith("role "))
                .anyMatch(role -> setting.isSettingOf(role.object()));
    }

    /** Whether it is only what became of the partitioned table, too, which is told. */
    private boolean isOfPartition(String object, String before, @Nullable String after) {
        Matcher attached = ATTACHED.matcher(before);
        if (object.startsWith("index ") && attached.find()) {
            String parent = "index " + attached.group(1);
            return changes.stream()
                    .filter(change -> change.object().equals(parent))
                    .anyMatch(change -> change.after() == null
                            || LostIndexes.lost(change, changes).isPresent());
        }
        if (!object.startsWith("column ")
                || after == null
                || !INHERITED.matcher(before).find()) {
            return false;
        }
        String column = object.substring(object.lastIndexOf('.'));
        String was = INHERITED.matcher(before).replaceFirst("");
        String is = INHERITED.matcher(after).replaceFirst("");
        return changes.stream()
                .anyMatch(change -> change.object().startsWith("column ")
                        && change.object().endsWith(column)
                        && was.equals(change.before())
                        && is.equals(change.after()));
    }

    private void column(String object, String before, @Nullable String after) {
        Matcher was = COLUMN.matcher(before);
        Matcher is = COLUMN.matcher(Objects.requireNonNullElse(after, ""));
        if (!was.matches() || !is.matches()) {
            return;
        }
        if (was.group(3) != null && is.group(3) == null) {
            lines.add(object + " may be NULL now: what reads it meets that as soon as somebody leaves it out");
        }
        if (writtenByGiven.contains(tableOf(object))) {
            return;
        }
        columnType(object, was.group(1), is.group(1));
        if (was.group(1).equals(is.group(1)) && !Objects.equals(was.group(2), is.group(2))) {
            lines.add(object + " has another collation: it is sorted and compared otherwise");
        }
        boolean required = is.group(3) != null;
        String source = Objects.requireNonNullElse(was.group(4), "");
        String now = Objects.requireNonNullElse(is.group(4), "");
        if (isFilled(source) && !isFilled(now)) {
            lines.add(object + " lost its default: an INSERT without it "
                    + (required ? "fails (23502)" : "leaves it NULL"));
        } else if (DefaultValue.isAnother(source, now)) {
            lines.add(object + " has another default: an INSERT without it writes " + DefaultValue.of(now) + ", not "
                    + DefaultValue.of(source));
        } else if (now.contains(" generated always as identity") && !source.contains(" generated always as identity")) {
            lines.add(object + " is now generated always: an INSERT that gives it a value fails (428C9)");
        }
        if (required && was.group(3) == null) {
            lines.add(object + " is now NOT NULL: a write that leaves it NULL fails (23502)");
        }
    }

    /** Whether whoever reads that column by its name gets values of another type, or of another length, precision or collation, from then on. */
    public static boolean givesColumnAnotherType(SchemaDifference change) {
        if (!change.object().startsWith("column ") || change.before() == null || change.after() == null) {
            return false;
        }
        Matcher was = COLUMN.matcher(change.before());
        Matcher is = COLUMN.matcher(change.after());
        return was.matches()
                && is.matches()
                && (!was.group(1).equals(is.group(1)) || !Objects.equals(was.group(2), is.group(2)));
    }

    private static boolean isFilled(String rest) {
        return rest.startsWith(" default ") || rest.startsWith(" generated ");
    }

    private void columnType(String object, String was, String is) {
        Matcher before = TYPE.matcher(was);
        Matcher after = TYPE.matcher(is);
        if (was.equals(is) || !before.matches() || !after.matches()) {
            return;
        }
        if (!family(before).equals(family(after))) {
            lines.add(object + " was " + was + " and is " + is
                    + ": what is bound to it and read from it has another type");
        } else if (room(after) < room(before) || digits(after) < digits(before)) {
            lines.add(object + " was " + was + " and is " + is + ": what no longer fits fails ("
                    + (TEXTS.contains(before.group(1)) ? "22001" : "22003") + ")");
        }
    }

    private static String family(Matcher type) {
        String name = type.group(1);
        String family = INTEGERS.contains(name) ? "integer" : TEXTS.contains(name) ? "text" : name;
        // "timestamp(3) without time zone", "integer[]"
        return family + type.group(4);
    }

    private static long room(Matcher type) {
        if (TIMES.contains(type.group(1))) {
            return Long.MAX_VALUE;
        }
        int integer = INTEGERS.indexOf(type.group(1));
        return integer >= 0
                ? integer
                : type.group(2) == null ? Long.MAX_VALUE : Long.parseLong(type.group(2)) - digits(type);
    }

    private static long digits(Matcher type) {
        boolean any = type.group(1).equals("numeric") && type.group(2) == null;
        return any ? Long.MAX_VALUE : type.group(3) == null ? 0 : Long.parseLong(type.group(3));
    }

    private void type(String object, String before, @Nullable String after) {
        if (after == null) {
            return;
        }
        if (REQUIRED.matcher(after).lookingAt() && !REQUIRED.matcher(before).lookingAt()) {
            lines.add(object + " is now NOT NULL: a write that leaves a column of it NULL fails (23502)");
        }
        if (!before.startsWith("enum ") || !after.startsWith("enum ")) {
            return;
        }
        Set<String> gone = labels(before);
        gone.removeAll(labels(after));
        if (!gone.isEmpty()) {
            lines.add(object + " lost " + Words.some(List.copyOf(gone)) + ": a statement with it fails (22P02)");
        }
    }

    /** The literals of a definition, less its owner. */
    private static Set<String> labels(String definition) {
        Set<String> labels = new TreeSet<>();
        Matcher label = LABEL.matcher(definition.replaceFirst("(?s)(.*); owner .*", "$1"));
        while (label.find()) {
            labels.add(label.group());
        }
        return labels;
    }

    private void sequence(String object, String before, @Nullable String after) {
        if (before.contains("; identity of ")) {
            return;
        }
        if (after == null) {
            Matcher owned = OWNED.matcher(before);
            if (!owned.find() || !isGone(tableOf("column " + owned.group(1)))) {
                lines.add(object + " is gone");
            }
            return;
        }
        Matcher was = INCREMENT.matcher(before);
        Matcher is = INCREMENT.matcher(after);
        if (was.find() && is.find() && !was.group(1).equals(is.group(1))) {
            lines.add(object + " goes on by " + is.group(1) + ", not " + was.group(1)
                    + ": a mapper that takes them by the block uses numbers twice");
        }
        Matcher most = GREATEST.matcher(before);
        Matcher least = GREATEST.matcher(after);
        if (most.find() && least.find() && Long.parseLong(least.group(1)) < Long.parseLong(most.group(1))) {
            lines.add(object + " ends at " + least.group(1) + ", not " + most.group(1)
                    + ": nextval fails from there on (2200H)");
        }
    }

    /** Whether a new trigger on the same table does the same. */
    private boolean isRenamed(String trigger, String definition) {
        String same = TRIGGER_NAME.matcher(definition).replaceFirst("");
        return changes.stream()
                .filter(change ->
                        change.before() == null && tableOf(change.object()).equals(tableOf(trigger)))
                .map(SchemaDifference::after)
                .filter(Objects::nonNull)
                .anyMatch(after -> TRIGGER_NAME.matcher(after).replaceFirst("").equals(same));
    }

    private void trigger(String object, String before, @Nullable String after) {
        boolean gone = after == null && !isGone(tableOf(object)) && !isRenamed(object, before);
        String undone = ", and what it did is left undone";
        if (gone) {
            lines.add(object + " is gone" + undone);
        } else if (after != null && isDisabled(after) && !isDisabled(before)) {
            tell(object + " is disabled" + undone, DISABLED_WAY);
        }
    }

    private static boolean isDisabled(String trigger) {
        return DISABLED.matcher(trigger).find();
    }

    /** Of "column orders.total": "orders". */
    static String tableOf(String object) {
        return object.replaceFirst("^\\w+ ", "").replaceFirst("\\.[^.]*$", "");
    }

    private boolean isGone(String relation) {
        return isGone(relation, changes);
    }

    static boolean isGone(String relation, List<SchemaDifference> changes) {
        Set<String> names = Set.of("table " + relation, "view " + relation, "materialized view " + relation);
        return changes.stream().anyMatch(change -> change.after() == null && names.contains(change.object()));
    }
}
