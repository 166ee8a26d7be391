package dev.rehearse.data.plausible;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The words of a column's name: {@code CREATE_TIME_}, {@code createTime} and {@code create time} are all "create", "time", and
 * {@code emailaddress} is "email", "address".
 */
public record ColumnName(List<String> words) {

    /** Names that are often written as one word, with a choice of words at each place. */
    private static final Map<String, List<String>> RUN_TOGETHER = Stream.of(
                    "email/mail/street/home/ip/mac address/addr",
                    "address/addr/street/email 1",
                    "home/work/mobile phone",
                    "phone/mobile/telephone/fax number/no",
                    "phone 1/2/3",
                    "postal/country/currency/language code",
                    "exp/expiry/expiration/birth year/month",
                    "date of birth",
                    "company/customer/employee/product/display/middle/maiden/street/city/country name",
                    "discount/tax rate/pct/percent",
                    "create/update/delete/edit/expires at",
                    "start/begin/end date/time",
                    "time zone",
                    "user agent",
                    "mime/content type")
            .flatMap(ColumnName::choices)
            .collect(Collectors.toUnmodifiableMap(words -> String.join("", words), words -> words));

    private static final List<String> EVENTS = List.of(
            "create",
            "created",
            "creation",
            "update",
            "updated",
            "start",
            "end",
            "expire",
            "expiry",
            "expiration",
            "fire",
            "sent");

    private static final Set<String> FLAG_BEGINS = Set.of("is", "has", "can");

    private static final Set<String> FLAGS = Set.of(
            "admin",
            "enabled",
            "disabled",
            "deleted",
            "active",
            "activated",
            "deactivated",
            "locked",
            "approved",
            "hidden",
            "archived",
            "verified");

    /** What is counted or dated is no flag, though its name ends as one: {@code num_active}, {@code last_active}. */
    private static final List<String> AMOUNTS_AND_TIMES =
            List.of("count", "num", "number", "total", "sum", "last", "first", "date", "time", "days");

    /** What ends, by what begins it. */
    private static final Map<String, List<String>> ENDS = Map.ofEntries(
            Map.entry("start", List.of("end", "stop", "finish")),
            Map.entry("starts", List.of("ends", "stops")),
            Map.entry("started", List.of("ended", "stopped", "finished", "completed")),
            Map.entry("starting", List.of("ending")),
            Map.entry("begin", List.of("end")),
            Map.entry("begins", List.of("ends")),
            Map.entry("began", List.of("ended")),
            Map.entry("from", List.of("to", "until", "till", "thru")),
            Map.entry("since", List.of("until", "till")),
            Map.entry("open", List.of("close")),
            Map.entry("opens", List.of("closes")),
            Map.entry("opened", List.of("closed")),
            Map.entry("issued", List.of("expires", "expired")),
            Map.entry("arrival", List.of("departure")),
            Map.entry("in", List.of("out")),
            Map.entry("first", List.of("last")));

    /** What befalls few things of any kind. */
    private static final List<String> EXCEPTIONS = List.of(
            "delete",
            "deleted",
            "deletion",
            "removed",
            "destroyed",
            "discarded",
            "trashed",
            "purged",
            "archived",
            "retired",
            "banned",
            "suspended",
            "blocked",
            "disabled",
            "deactivated",
            "revoked",
            "revocation",
            "canceled",
            "cancelled",
            "withdrawn",
            "abandoned",
            "deprecated",
            "spam");

    private static final Set<String> SORTS = Set.of(
            "type",
            "kind",
            "status",
            "format",
            "mode",
            "method",
            "provider",
            "algorithm",
            "category",
            "data",
            "template");

    public static ColumnName of(String name) {
        String spaced = name.replaceAll("(\\p{Ll}|\\d)(\\p{Lu})", "$1_$2").toLowerCase(Locale.ROOT);
        return new ColumnName(Arrays.stream(spaced.split("[^\\p{L}\\p{N}]+"))
                .filter(word -> !word.isEmpty())
                .flatMap(word -> RUN_TOGETHER.getOrDefault(word, List.of(word)).stream())
                .toList());
    }

    /** All that a row of words, each {@code one/or/the/other}, can be read as. */
    private static Stream<List<String>> choices(String phrase) {
        Stream<List<String>> read = Stream.of(List.of());
        for (String place : phrase.split(" ")) {
            read = read.flatMap(words -> Arrays.stream(place.split("/"))
                    .map(word -> Stream.concat(words.stream(), Stream.of(word)).toList()));
        }
        return read;
    }

    /** Whether it says of what sort something is, which is not the thing itself: {@code token_type} holds no token. */
    public boolean isOfSort() {
        return words.size() > 1 && SORTS.contains(words.get(words.size() - 1));
    }

    /** Whether a number in it is a point in time: {@code created_ts}, {@code updateAt}, {@code start_time}. */
    public boolean isInstant() {
        return endsWith("ts")
                || endsWith("timestamp")
                || (words.size() > 1 && (endsWith("at") || (endsWith("time") && hasAny(EVENTS))));
    }

    /** Whether a number in it is 0 or 1: {@code is_guest}, {@code enabled}; not {@code has_children_count}, {@code last_active}. */
    public boolean isFlag() {
        return (words.size() > 1 && FLAG_BEGINS.contains(words.get(0)) && !endsWith("count"))
                || (!words.isEmpty() && FLAGS.contains(words.get(words.size() - 1)) && !hasAny(AMOUNTS_AND_TIMES));
    }

    /** Whether it is the time at which something is over that begins with the other: {@code ended_at} of {@code started_at}. */
    public boolean isEndOf(ColumnName begin) {
        if (words.size() != begin.words.size()) {
            return false;
        }
        List<Integer> different = IntStream.range(0, words.size())
                .filter(i -> !words.get(i).equals(begin.words.get(i)))
                .boxed()
                .toList();
        return different.size() == 1
                && ENDS.getOrDefault(begin.words.get(different.get(0)), List.of())
                        .contains(words.get(different.get(0)));
    }

    /** Whether it says when a row was made. */
    public boolean isCreation() {
        return hasAny("create", "created", "creation", "inserted");
    }

    /** Whether it says what few rows have seen: {@code deleted_at}, {@code is_banned}. */
    public boolean isException() {
        return hasAny(EXCEPTIONS);
    }

    public boolean hasAny(List<String> any) {
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
