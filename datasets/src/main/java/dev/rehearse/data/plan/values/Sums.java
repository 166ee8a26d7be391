package dev.rehearse.data.plan.values;

import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.plausible.ColumnName;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * How an amount follows from others of its row, as the names of the columns say: a total from quantity and price, or from what is due without
 * tax and the tax, and the tax from its rate. Immutable.
 *
 * @param factors what is multiplied, the last of them in percent where it is a rate
 * @param added what comes to that
 * @param subtracted what goes from it
 */
record Sums(List<Column> factors, List<Column> added, List<Column> subtracted) {

    private static final List<String> THINGS = List.of("order", "invoice", "line", "item", "bill", "cart", "grand");

    private static final List<String> TOTAL = List.of(
            "total",
            "total amount",
            "total price",
            "total cost",
            "total gross",
            "gross",
            "gross amount",
            "amount gross",
            "amount due",
            "amount");
    private static final List<String> NET = List.of(
            "net",
            "subtotal",
            "sub total",
            "net amount",
            "amount net",
            "net total",
            "total net",
            "net price",
            "items total");
    private static final List<String> TAX = List.of("tax", "vat", "tax amount", "vat amount", "tax total", "total tax");
    private static final List<String> RATE = List.of("tax rate", "vat rate", "tax percent", "vat percent");
    private static final List<String> QUANTITY = List.of("quantity", "qty", "units", "hours");
    private static final List<String> PRICE =
            List.of("unit price", "price", "price per unit", "unit cost", "hourly rate", "item price");
    private static final List<String> SHIPPING =
            List.of("shipping", "shipping cost", "shipping amount", "shipping fee", "delivery fee", "freight");
    private static final List<String> DISCOUNT = List.of("discount", "discount amount", "total discount", "rebate");

    /**
     * What is a part of another amount of its row.
     *
     * @param shares in percent that are usual, as often as each is
     */
    private record Part(List<String> names, List<String> wholes, List<Integer> shares) {}

    private static final List<Part> PARTS = List.of(
            new Part(TAX, NET, List.of(0, 5, 7, 10, 19, 20, 20, 21)),
            new Part(DISCOUNT, NET, List.of(0, 0, 0, 0, 5, 10, 15, 20)),
            new Part(
                    List.of("cost", "unit cost", "cost price", "purchase price", "buying price", "wholesale price"),
                    List.of("price", "unit price", "retail price", "list price", "selling price", "sale price"),
                    List.of(35, 40, 50, 50, 60, 60, 70, 80)),
            new Part(
                    List.of("sale price", "special price", "discounted price", "promotional price", "offer price"),
                    List.of("price", "regular price", "list price", "retail price"),
                    List.of(50, 70, 75, 80, 80, 90)),
            new Part(
                    List.of("available balance", "locked balance", "reserved balance", "blocked balance"),
                    List.of("balance", "total balance"),
                    List.of(0, 0, 10, 50, 90, 100)),
            new Part(
                    List.of("retries", "retry count", "retry num", "attempts", "attempt count"),
                    List.of("max retries", "max attempts", "retry limit"),
                    List.of(0, 0, 0, 25, 50, 100)));

    /** How the column follows from others, where it does. */
    static Optional<Sums> of(Column column, Table table, Predicate<Column> usable) {
        ColumnName name = ColumnName.of(column.name());
        boolean isTax = is(name, TAX);
        boolean isNet = is(name, NET);
        if (!isTax && !isNet && !is(name, TOTAL)) {
            return Optional.empty();
        }
        List<Column> others = table.columns().stream()
                .filter(other -> other != column && other.type().kind().isNumber() && usable.test(other))
                .toList();
        Optional<Column> net = find(NET, others);
        if (isTax) {
            Optional<Column> rate = find(RATE, others);
            return net.isPresent() && rate.isPresent()
                    ? Optional.of(new Sums(List.of(net.get(), rate.get()), List.of(), List.of()))
                    : Optional.empty();
        }
        Optional<Column> quantity = find(QUANTITY, others);
        Optional<Column> price = find(PRICE, others);
        List<Column> discount = find(DISCOUNT, others).stream().toList();
        if (!isNet && net.isPresent()) {
            return Optional.of(new Sums(
                    List.of(net.get()),
                    Stream.of(TAX, SHIPPING)
                            .flatMap(kind -> find(kind, others).stream())
                            .toList(),
                    discount));
        }
        return quantity.isPresent() && price.isPresent()
                ? Optional.of(new Sums(List.of(quantity.get(), price.get()), List.of(), isNet ? List.of() : discount))
                : Optional.empty();
    }

    /** What a column is a part of by the names, where no rate says how much of it. */
    static Optional<Column> whole(Column column, Table table, Predicate<Column> usable) {
        return part(column)
                .flatMap(part -> find(
                        part.wholes,
                        table.columns().stream()
                                .filter(other ->
                                        other != column && other.type().kind().isNumber() && usable.test(other))
                                .toList()));
    }

    /** Percentages of the whole that are usual of such a part, as often as each is. */
    static List<Integer> usualShares(Column column) {
        return part(column).map(Part::shares).orElseThrow();
    }

    private static Optional<Part> part(Column column) {
        ColumnName name = ColumnName.of(column.name());
        return PARTS.stream().filter(part -> is(name, part.names)).findFirst();
    }

    /** Whether the last of the factors is a rate in percent. */
    boolean isRated() {
        return factors.size() == 2 && is(ColumnName.of(factors.get(1).name()), RATE);
    }

    List<Column> parts() {
        return Stream.of(factors, added, subtracted).flatMap(List::stream).toList();
    }

    private static Optional<Column> find(List<String> phrases, List<Column> columns) {
        return phrases.stream()
                .flatMap(phrase -> columns.stream().filter(column -> is(ColumnName.of(column.name()), List.of(phrase))))
                .findFirst();
    }

    /** Whether it is called so, as it is or as that of the thing which the row is. */
    private static boolean is(ColumnName name, List<String> phrases) {
        List<String> words = name.words();
        boolean ofThing = words.size() > 1 && THINGS.contains(words.get(0));
        return phrases.contains(String.join(" ", words))
                || (ofThing && phrases.contains(String.join(" ", words.subList(1, words.size()))));
    }
}
