package dev.rehearse.data.column;

import dev.rehearse.data.catalog.SqlType;
import dev.rehearse.data.catalog.SqlType.Kind;
import dev.rehearse.data.plausible.ColumnName;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * How large numbers are, and how often which, by the names of their columns.
 *
 * @param names of columns: each some words in a row with which they end, or a single one that may stand anywhere
 * @param low the lowest, in whole units
 * @param high the highest
 */
record NumberHabit(List<List<String>> names, boolean anywhere, long low, long high, Shape shape) {

    /** How often which numbers of a range are. */
    enum Shape {
        EVEN,
        /** Each doubling of the distance from the lowest number as often as the one before. */
        SKEWED,
        /** Each doubling of the number as often as the one before, as amounts are. */
        MAGNITUDES
    }

    private static final NumberHabit ANY = named("any", 0, 999_999, Shape.SKEWED);

    /** What has room for little is mostly little. */
    private static final NumberHabit ANY_SMALL = named("any", 0, 99, Shape.SKEWED);

    private static final NumberHabit FLAG = named("flag", 0, 1, Shape.SKEWED);

    private static final NumberHabit COUNT = named(
            "~count, cnt, quantity, qty, stock, seats, items, units, attendees, copies, hits, views, likes",
            1,
            100,
            Shape.SKEWED);

    private static final NumberHabit HTTP_STATUS =
            named("status code, response code, http status", 200, 504, Shape.SKEWED);

    /** A card or a contract is valid for some years more. */
    private static final NumberHabit EXPIRY_YEAR = named("~exp, expiry, expiration, expires", 2026, 2031, Shape.EVEN);

    /** The first that fits a name counts. */
    private static final List<NumberHabit> HABITS = List.of(
            HTTP_STATUS,
            named("~age", 18, 90, Shape.EVEN),
            named("founded year, birth year, year of birth", 1940, 2006, Shape.EVEN),
            named("~year", 1990, 2025, Shape.EVEN),
            named("~month", 1, 12, Shape.EVEN),
            named("weekday, day of week", 1, 7, Shape.EVEN),
            named("week", 1, 52, Shape.EVEN),
            named("minute, second", 0, 59, Shape.EVEN),
            named("tax rate, vat rate, tax percent, vat percent", 5, 25, Shape.EVEN),
            named("hourly rate, day rate", 20, 200, Shape.MAGNITUDES),
            named("exchange rate, fx rate", 1, 150, Shape.MAGNITUDES),
            named("heart rate, pulse, bpm", 55, 110, Shape.EVEN),
            named("systolic", 100, 160, Shape.EVEN),
            named("diastolic", 60, 100, Shape.EVEN),
            named(
                    "body temperature, temperature, temp, temperature c, temperature celsius, temp c",
                    15,
                    39,
                    Shape.EVEN),
            named("humidity", 20, 95, Shape.EVEN),
            named("exit code, exit status, return code", 0, 127, Shape.SKEWED),
            named(
                    "timeout, timeout s, timeout seconds, retry interval, poll interval, polling interval, refresh interval",
                    5,
                    3_600,
                    Shape.MAGNITUDES),
            named("ttl, lifetime, lifespan", 60, 86_400, Shape.MAGNITUDES),
            named("prefix len, prefix length", 8, 32, Shape.EVEN),
            named("cvss, cvss score, base score", 0, 9, Shape.EVEN),
            named("tries, times, refills, repeats", 0, 9, Shape.SKEWED),
            named("rssi, signal dbm", -110, -40, Shape.EVEN),
            named("battery, battery level", 5, 100, Shape.EVEN),
            named("font weight", 100, 900, Shape.EVEN),
            named("coefficient", 0, 4, Shape.SKEWED),
            named("height cm, body height", 150, 200, Shape.EVEN),
            named("weight kg, body weight, patient weight", 45, 120, Shape.EVEN),
            named("~day, hour", 1, 23, Shape.EVEN),
            named("rating, stars, avg rating, average rating", 1, 4, Shape.EVEN),
            named("discount amount, total discount, tax amount, vat amount, rebate", 1, 99, Shape.MAGNITUDES),
            named("discount percent, discount rate, discount pct", 5, 50, Shape.EVEN),
            named("~percent, pct, percentage, ratio, rate, progress, completion, coverage", 0, 99, Shape.EVEN),
            named("discount", 1, 30, Shape.EVEN),
            named("~lat, latitude", -90, 89, Shape.EVEN),
            named("~lon, lng, longitude", -180, 179, Shape.EVEN),
            named("elevation, altitude", 0, 3_000, Shape.SKEWED),
            named("~port", 1024, 65_535, Shape.EVEN),
            named("population", 500, 5_000_000, Shape.MAGNITUDES),
            named("mileage, odometer", 500, 250_000, Shape.MAGNITUDES),
            named("pages, page count", 40, 900, Shape.EVEN),
            named("floor", 0, 12, Shape.SKEWED),
            named("~capacity", 10, 2_000, Shape.MAGNITUDES),
            named("employees, headcount, staff", 1, 5_000, Shape.MAGNITUDES),
            named(
                    "phone, mobile, telephone, fax, msisdn, phone number, mobile number, fax number, phone no, mobile no",
                    2_000_000_000,
                    9_999_999_999L,
                    Shape.EVEN),
            named("price cents, amount cents, total cents, cents", 100, 50_000, Shape.MAGNITUDES),
            named("salary, income, wage", 24_000, 150_000, Shape.MAGNITUDES),
            named("revenue, turnover, budget", 10_000, 9_999_999, Shape.MAGNITUDES),
            named("credit limit", 500, 20_000, Shape.MAGNITUDES),
            named("shipping, shipping cost, shipping fee, delivery fee, fee", 2, 30, Shape.MAGNITUDES),
            named(
                    "~price, amount, total, cost, balance, fee, value, sum, subtotal, net, gross, fare, paid",
                    2,
                    999,
                    Shape.MAGNITUDES),
            COUNT,
            named("~number", 1, 100, Shape.SKEWED),
            named(
                    "~version, rev, revision, retries, attempts, priority, level, rank, status, state, type, kind, mode, enum",
                    1,
                    9,
                    Shape.SKEWED),
            named(
                    "category, class, role, gender, sex, severity, source, channel, theme, color, colour, tier, plan, stage, step, phase, method, format",
                    1,
                    9,
                    Shape.SKEWED),
            named("minutes, mins", 5, 240, Shape.MAGNITUDES),
            named("seconds, secs", 1, 3_600, Shape.MAGNITUDES),
            named("hours", 1, 40, Shape.SKEWED),
            named("~days", 1, 90, Shape.SKEWED),
            named("~duration, millis, milliseconds, ms, bytes, size", 0, 10_000_000, Shape.SKEWED),
            named("weight", 1, 50, Shape.MAGNITUDES),
            named("width, height, length, depth", 5, 2_000, Shape.MAGNITUDES),
            named("score, points", 0, 100, Shape.EVEN));

    /** Addresses of machines, in 10.0.0.0/8. */
    private static final NumberHabit MACHINES =
            named("ip, ip address, ip addr, ipv4, ipv4 address", (10L << 24) + 1, (11L << 24) - 2, Shape.EVEN);

    /** Tables in which an address is a machine's. */
    private static final Set<String> OF_MACHINES = Set.of("lease", "lease4", "leases", "dhcp", "ip", "ips", "ipv4");

    /** What a column of this name holds, of which one that names other things by id speaks of so many. */
    static NumberHabit of(ColumnName name, SqlType type, ColumnName table, long population) {
        if (isOfMachines(name, type, table)) {
            return MACHINES;
        }
        if (name.isOfId()) {
            return named("id", 1, Math.max(10, population), Shape.SKEWED);
        }
        if (name.isFlag()) {
            return FLAG;
        }
        if (name.hasAny("year") && EXPIRY_YEAR.isOf(name)) {
            return EXPIRY_YEAR;
        }
        ColumnName counted = name.counted();
        return HABITS.stream()
                .filter(habit -> habit.isOf(counted))
                .findFirst()
                .orElse(!counted.equals(name) ? COUNT : type.kind() == Kind.INT2 ? ANY_SMALL : ANY);
    }

    /** Where the numbers begin that a column of this name may have as a key. */
    static long firstKey(ColumnName name, SqlType type, ColumnName table) {
        return isOfMachines(name, type, table) ? MACHINES.low() : Long.MIN_VALUE;
    }

    private static boolean isOfMachines(ColumnName name, SqlType type, ColumnName table) {
        return type.kind() == Kind.INT8
                && (MACHINES.isOf(name) || name.words().equals(List.of("address")) && table.hasAny(OF_MACHINES));
    }

    /** @param names separated by commas, after a "~" where each is a word that may stand anywhere */
    private static NumberHabit named(String names, long low, long high, Shape shape) {
        boolean anywhere = names.startsWith("~");
        return new NumberHabit(
                Arrays.stream(names.substring(anywhere ? 1 : 0).split(", "))
                        .map(name -> List.of(name.split(" ")))
                        .toList(),
                anywhere,
                low,
                high,
                shape);
    }

    private boolean isOf(ColumnName name) {
        return names.stream().anyMatch(words -> anywhere ? name.hasAny(words) : name.endsWith(words));
    }
}
