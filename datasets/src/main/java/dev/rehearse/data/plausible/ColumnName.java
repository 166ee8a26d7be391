package dev.rehearse.data.plausible;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The words of a column's name: {@code CREATE_TIME_}, {@code createTime} and {@code create time} are all "create", "time", and
 * {@code emailaddress} is "email", "address".
 */
public record ColumnName(List<String> words) {

    private static final Set<String> EVENTS =
            Set.of(("create created creation update updated start end begin finish finished completed closed"
                            + " received modified login exp expires expire expiry expiration fire sent event entry"
                            + " trigger send cancel clear remove")
                    .split(" "));

    private static final Set<String> FLAG_BEGINS = Set.of("is", "has", "can");

    private static final Set<String> FLAGS =
            Set.of(("admin flag enabled disabled deleted active activated deactivated locked approved hidden"
                            + " archived verified cleared acknowledged")
                    .split(" "));

    /** What is counted or dated is no flag, though its name ends as one: {@code num_active}, {@code last_active}. */
    private static final Set<String> AMOUNTS_AND_TIMES =
            Set.of("count num number total sum last first date time days".split(" "));

    /** What befalls few things of any kind. */
    private static final Set<String> EXCEPTIONS =
            Set.of(("delete deleted deletion removed destroyed discarded death died deceased dod trashed"
                            + " purged archived retired banned suspended blocked disabled deactivated revoked"
                            + " revocation canceled cancelled withdrawn abandoned deprecated refunded voided disputed"
                            + " bounced unsubscribed spam")
                    .split(" "));

    private static final Set<String> USUAL = Set.of("active", "enabled", "visible", "available", "valid", "allowed");

    private static final Set<String> SORTS =
            Set.of(("type kind status format mode method provider algorithm category strategy alg data" + " template")
                    .split(" "));

    private static final Set<String> CALLED =
            Set.of(("name title slug label email mail address phone username login handle url path domain"
                            + " host hostname filename sku number token hash")
                    .split(" "));

    /** Of these there are few, whatever they are called. */
    private static final Set<String> FEW =
            Set.of(("role country currency language locale state region department category status type kind"
                            + " source channel provider platform operation trigger severity stage tier engine")
                    .split(" "));

    /** What the names of points in time end with, or begin. */
    private static final Set<String> MOMENTS = Set.of("at", "on", "date", "time", "timestamp", "ts");

    private static final Set<String> DAYS = Set.of("date", "day", "on");

    private static final Set<String> CHANGES =
            Set.of("updated", "modified", "changed", "edited", "update", "last", "row", "record");

    /** What has happened, by words that do not end as others do. */
    private static final Set<String> IRREGULAR =
            Set.of("paid", "sent", "read", "won", "lost", "sold", "done", "begun", "taken");

    /** What ends as ids do and is none. */
    private static final Set<String> NO_IDS =
            Set.of(("paid unpaid prepaid postpaid overpaid valid invalid void grid solid rapid fluid avoid"
                            + " acid covid hybrid humid android raid")
                    .split(" "));

    private static final Set<String> COUNTERS = Set.of("num", "number", "nb", "nbr", "cnt", "count", "total");

    /** What is in the plural and is an amount of money all the same. */
    private static final Set<String> MONEY =
            Set.of("sales taxes fees costs charges expenses earnings payments savings".split(" "));

    private static final Pattern PLURAL_IN_ES =
            Pattern.compile(".*(?:ss|x|[^a]ch|[oe]ach|sh|(?:stat|vir|bon|camp|cens)us)es");

    private static final Set<String> PERIODS = Set.of("year", "quarter", "month", "week", "day");

    public static ColumnName of(String name) {
        return new ColumnName(NameReader.words(name));
    }

    /** The last word, or an empty one. */
    public String last() {
        return words.isEmpty() ? "" : words.get(words.size() - 1);
    }

    /** Whether a number in it is the id of something, also where that is written as one word: {@code jobid}. */
    public boolean isOfId() {
        String last = last();
        return last.equals("id") || (last.endsWith("id") && last.length() > 3 && !NO_IDS.contains(last));
    }

    /** Whether it says of what sort something is, which is not the thing itself: {@code token_type} holds no token. */
    public boolean isOfSort() {
        return words.size() > 1 && SORTS.contains(last());
    }

    /** Whether a text in it is what one of many things is called or known by: {@code file_name}, {@code slug}; not {@code role_name}, {@code locale}. */
    public boolean isOfOne() {
        return !hasAny(FEW) && (CALLED.contains(last()) || words.equals(List.of("code")));
    }

    /** Whether what stands in it is one of a few: {@code status}, {@code insight_type}. */
    public boolean isOfFew() {
        String last = last();
        return FEW.contains(last) || SORTS.contains(last);
    }

    /** What a number in it counts: "changes" of {@code num_changes}, "bytes" of {@code total_bytes}; itself where it counts nothing. */
    public ColumnName counted() {
        String last = last();
        boolean many = isPlural(last) && !MONEY.contains(last);
        return words.size() > 1 && many && COUNTERS.contains(words.get(0))
                ? new ColumnName(words.subList(words.get(1).equals("of") ? 2 : 1, words.size()))
                : this;
    }

    private static boolean isPlural(String word) {
        return word.length() > 2 && word.endsWith("s") && !word.matches(".*(?:ss|us|sis|xis)");
    }

    /** The name of one of those that it names: {@code redirect_uri} of {@code redirect_uris}. */
    public ColumnName ofOne() {
        String last = last();
        String one = PLURAL_IN_ES.matcher(last).matches()
                ? last.substring(0, last.length() - 2)
                : !isPlural(last)
                        ? last
                        : last.endsWith("ies")
                                ? last.substring(0, last.length() - 3) + "y"
                                : last.substring(0, last.length() - 1);
        return one.equals(last)
                ? this
                : new ColumnName(Stream.concat(words.stream().limit(words.size() - 1L), Stream.of(one))
                        .toList());
    }

    /** Whether a number in it is one of a few periods of time: {@code fiscal_year}. */
    public boolean isOfPeriod() {
        return PERIODS.contains(last());
    }

    /** Whether a number in it is a point in time: {@code created_ts}, {@code updateAt}, {@code start_time}. */
    public boolean isInstant() {
        return endsWith("ts")
                || endsWith("timestamp")
                || (words.size() > 1 && (endsWith("at") || (endsWith("time") && hasAny(EVENTS))));
    }

    /** Whether a number in it is 0 or 1: {@code is_guest}, {@code enabled}; not {@code has_children_count}, {@code last_active}. */
    public boolean isFlag() {
        if (endsWith("feature", "flag") || endsWith("country", "flag")) {
            return false;
        }
        return (words.size() > 1 && FLAG_BEGINS.contains(words.get(0)) && !endsWith("count"))
                || (FLAGS.contains(last()) && !hasAny(AMOUNTS_AND_TIMES));
    }

    /**
     * How near before it stands what the other names, from 0 on: {@code ended_at} comes after {@code started_at}; -1 where it does not come
     * after that.
     *
     * @param table the name of the table of both
     */
    public int follows(ColumnName earlier, ColumnName table) {
        if (words.size() != earlier.words.size()) {
            return -1;
        }
        List<Integer> different = IntStream.range(0, words.size())
                .filter(i -> !words.get(i).equals(earlier.words.get(i)))
                .boxed()
                .toList();
        if (different.size() != 1) {
            return -1;
        }
        String mine = words.get(different.get(0));
        String other = earlier.words.get(different.get(0));
        return Succession.distance(mine, other, table);
    }

    /** Whether a number in it is the largest of a range: {@code max_qty}. */
    public boolean isUpperBound() {
        return hasAny("max", "maximum", "high", "upper", "end");
    }

    /** What happened at the point in time that it names: "shipped" of {@code shipped_at}; empty where that is no such word. */
    public Optional<String> event() {
        List<String> happened =
                words.stream().filter(word -> !MOMENTS.contains(word)).toList();
        return happened.size() == 1
                        && words.size() > 1
                        && (happened.get(0).endsWith("ed") || IRREGULAR.contains(happened.get(0)))
                        && !isCreation()
                        && !isChange()
                ? Optional.of(happened.get(0))
                : Optional.empty();
    }

    /** Whether it says when a row was changed last. */
    public boolean isChange() {
        return hasAny("updated", "modified", "changed", "edited", "update")
                && words.stream().allMatch(word -> MOMENTS.contains(word) || CHANGES.contains(word));
    }

    /** Whether it says of what some have seen that a row has: {@code is_deleted} where this is {@code deleted_at}. */
    public boolean isFlagged(ColumnName flag) {
        List<String> seen = flag.words.stream()
                .skip(flag.words.size() > 1 && FLAG_BEGINS.contains(flag.words.get(0)) ? 1 : 0)
                .toList();
        return words.size() == seen.size() + 1
                && MOMENTS.contains(last())
                && words.subList(0, seen.size()).equals(seen);
    }

    /** Whether it names the day of the point in time that the other names: {@code visit_date} of {@code visit_datetime}. */
    public boolean isDayOf(ColumnName time) {
        int last = words.size() - 1;
        return last > 0
                && time.words.size() == words.size()
                && !time.equals(this)
                && DAYS.contains(words.get(last))
                && (MOMENTS.contains(time.words.get(last)) || time.endsWith("datetime"))
                && words.subList(0, last).equals(time.words.subList(0, last));
    }

    /** Whether it says when a row was made. */
    public boolean isCreation() {
        return hasAny("create", "created", "creation", "inserted");
    }

    /** Whether most things are so as it says: {@code enabled}, {@code is_visible}. */
    public boolean isUsual() {
        return hasAny(USUAL) && !hasAny("not", "no", "in", "un");
    }

    /** Whether it says what few rows have seen: {@code deleted_at}, {@code is_banned}. */
    public boolean isException() {
        return hasAny(EXCEPTIONS);
    }

    public boolean hasAny(Collection<String> any) {
        return words.stream().anyMatch(any::contains);
    }

    public boolean hasAny(String... any) {
        return hasAny(List.of(any));
    }

    public boolean endsWith(String... last) {
        return endsWith(List.of(last));
    }

    public boolean endsWith(List<String> last) {
        int from = words.size() - last.size();
        return from >= 0 && words.subList(from, words.size()).equals(last);
    }
}
