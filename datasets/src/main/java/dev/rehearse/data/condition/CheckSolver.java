package dev.rehearse.data.condition;

import dev.rehearse.data.catalog.CheckConstraint;
import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.Expression;
import dev.rehearse.data.catalog.Expression.And;
import dev.rehearse.data.catalog.Expression.AnyOf;
import dev.rehearse.data.catalog.Expression.Binary;
import dev.rehearse.data.catalog.Expression.Call;
import dev.rehearse.data.catalog.Expression.ColumnRef;
import dev.rehearse.data.catalog.Expression.Constant;
import dev.rehearse.data.catalog.Expression.IsNull;
import dev.rehearse.data.catalog.Expression.Not;
import dev.rehearse.data.catalog.Expression.Now;
import dev.rehearse.data.catalog.Expression.Or;
import dev.rehearse.data.catalog.ExpressionParser;
import dev.rehearse.data.catalog.SqlType.Kind;
import dev.rehearse.data.catalog.Table;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns the CHECK constraints of one table and of its domains into restrictions of single columns and of pairs, as far as they have such a
 * form. What is left over is in {@link #unsolved}: values are tried on the server.
 */
public final class CheckSolver {

    private static final Set<String> LENGTHS = Set.of("length", "char_length", "character_length", "octet_length");
    private static final Set<String> TRIMS = Set.of("btrim", "trim");

    /** Of so many characters there are enough that differ. */
    private static final int ROOM_FOR_KEY = 8;

    private static final Map<String, String> MIRRORED =
            Map.of("<", ">", "<=", ">=", ">", "<", ">=", "<=", "=", "=", "<>", "<>");
    private static final Constant UPPER_CASE = new Constant("^[A-Z]+$");

    private final Table table;
    private final Map<Integer, Restriction> restrictions = new HashMap<>();
    private final ColumnPairs pairs;
    private final List<CheckConstraint> unsolved = new ArrayList<>();
    /** Those of the unsolved that ask for a pattern and nothing else, by the pattern. */
    private final Map<CheckConstraint, TextPattern> patterns = new HashMap<>();

    public CheckSolver(Table table) {
        this.table = table;
        this.pairs = new ColumnPairs(table);
        for (Column column : table.columns()) {
            restrictions.put(column.number(), Restriction.of(column));
            for (CheckConstraint check : column.type().domainChecks()) {
                CheckConstraint own = new CheckConstraint(check.name(), check.expression(), List.of(column.number()));
                Conjuncts.of(own, table).stream()
                        .filter(part -> !solve(part, column))
                        .forEach(unsolved::add);
            }
        }
        for (CheckConstraint whole : table.checks()) {
            Conjuncts.of(whole, table).stream()
                    .filter(part -> !solve(part, null))
                    .forEach(unsolved::add);
        }
        table.keys().forEach(pairs::order);
        unsolved.removeIf(pairs::keepsDistance);
    }

    /** For a value that stands in no table of its own, such as an element of an array: the checks of its domain. */
    public static CheckSolver of(Column alone) {
        return new CheckSolver(
                new Table(0, "", "", false, List.of(alone), List.of(), List.of(), List.of(), List.of(), List.of(), 0));
    }

    public Restriction restriction(Column column) {
        return restrictions.getOrDefault(column.number(), Restriction.of(column));
    }

    public List<Ordering> orderings() {
        return pairs.orderings();
    }

    /** Those that are a whole check; they are among {@link #unsolved} for who cannot make use of them. */
    public List<Difference> differences() {
        return pairs.differences();
    }

    public List<CheckConstraint> unsolved() {
        return unsolved;
    }

    /** Whether values that keep to the restriction of a column satisfy all, as far as can be told without a server. */
    public boolean isSolvedBy(Restriction restriction) {
        return unsolved.stream()
                .allMatch(check ->
                        patterns.containsKey(check) && Objects.equals(patterns.get(check), restriction.pattern()));
    }

    private boolean solve(CheckConstraint check, @Nullable Column domainColumn) {
        Optional<Expression> expression = ExpressionParser.parse(check.expression());
        if (expression.isEmpty()) {
            return false;
        }
        List<Expression> parts = conjuncts(expression.get());
        boolean solved = !tiesReference(check) || parts.stream().allMatch(CheckSolver::isOfTwoColumns);
        for (Expression part : parts) {
            // Every part that has a form narrows its column, so that the values tried for the rest are likelier to fit.
            solved &= apply(part, domainColumn, check);
        }
        return solved;
    }

    /** Whether a check reads a foreign key and other columns: which row is referred to, and in which rows none, is not decided by a restriction. */
    private boolean tiesReference(CheckConstraint check) {
        return table.foreignKeys().stream()
                .anyMatch(foreignKey -> check.columns().stream().anyMatch(foreignKey.columns()::contains)
                        && !foreignKey.columns().containsAll(check.columns()));
    }

    private static boolean isOfTwoColumns(Expression part) {
        return part instanceof Binary binary
                && binary.left() instanceof ColumnRef
                && binary.right() instanceof ColumnRef;
    }

    private static List<Expression> conjuncts(Expression expression) {
        if (!(expression instanceof And and)) {
            return List.of(expression);
        }
        return and.parts().stream().flatMap(part -> conjuncts(part).stream()).toList();
    }

    private boolean apply(Expression part, @Nullable Column domainColumn, CheckConstraint check) {
        if (part instanceof Binary binary) {
            return applyComparison(binary, domainColumn, check);
        }
        if (part instanceof AnyOf any && any.operator().equals("=")) {
            return applyOptions(any.left(), any.options(), domainColumn);
        }
        if (part instanceof AnyOf any && any.operator().contains("~")) {
            suggestPattern(any.operator(), any.left(), any.options().get(0), domainColumn);
            return false;
        }
        if (part instanceof Or or) {
            return applyOr(or, domainColumn, check);
        }
        if (part instanceof Not not && not.part() instanceof IsNull isNull) {
            // Of a row it asks that no field is NULL either, which is no form of a restriction.
            return narrow(
                    isNull.part(),
                    domainColumn,
                    (column, r) -> column.type().kind() == Kind.COMPOSITE ? null : r.withoutNull());
        }
        if (part instanceof Not not && not.part() instanceof ColumnRef) {
            return applyOptions(not.part(), List.of(new Constant("false")), domainColumn);
        }
        return part instanceof ColumnRef && applyOptions(part, List.of(new Constant("true")), domainColumn);
    }

    /**
     * {@code a = 1 OR a = 2}, and {@code a IS NULL OR ...}, which a NULL passes anyway. Where the rest reads another column, as
     * {@code kind = 'card' OR card IS NULL} does, what that column is decides on this one, row by row: then only a {@code NOT} is asked.
     */
    private boolean applyOr(Or or, @Nullable Column domainColumn, CheckConstraint check) {
        List<Expression> parts =
                or.parts().stream().filter(part -> !(part instanceof IsNull)).toList();
        if (parts.size() == 1) {
            Expression rest = parts.get(0);
            return (rest instanceof Not || check.columns().size() == 1) && apply(rest, domainColumn, check);
        }
        List<Expression> options = new ArrayList<>();
        @Nullable Expression subject = null;
        for (Expression part : parts) {
            if (part instanceof Binary binary
                    && binary.operator().equals("=")
                    && (subject == null || subject.equals(binary.left()))) {
                subject = binary.left();
                options.add(binary.right());
            } else {
                return keepOff(parts);
            }
        }
        return subject != null && applyOptions(subject, options, domainColumn);
    }

    /**
     * {@code id <> 1 OR ...}, what a row of a number that the application knows must be like: a key that is a number begins after it, unless
     * it is so large that there may be no room for the others.
     */
    private boolean keepOff(List<Expression> parts) {
        for (Expression part : parts) {
            if (part instanceof Binary binary
                    && binary.operator().equals("<>")
                    && binary.left() instanceof ColumnRef ref
                    && binary.right() instanceof Constant number) {
                @Nullable Column column = column(ref, null);
                @Nullable
                BigDecimal value = column == null || !column.type().kind().isInteger()
                        ? null
                        : TypeOrder.ordinal(column.type(), "=", number);
                if (column != null
                        && value != null
                        && value.compareTo(halfOf(column.type().kind())) < 0
                        && isKey(column)) {
                    return narrow(ref, null, (c, r) -> r.atLeast(value.add(BigDecimal.ONE)));
                }
            }
        }
        return false;
    }

    private static BigDecimal halfOf(Kind kind) {
        return BigDecimal.valueOf(kind == Kind.INT2 ? 1 << 14 : 1 << 30);
    }

    private boolean isKey(Column column) {
        return table.keys().stream()
                .anyMatch(key -> key.primary() && key.columns().equals(List.of(column.number())));
    }

    private boolean isInKey(@Nullable Column column) {
        return column != null
                && table.keys().stream().anyMatch(key -> key.columns().contains(column.number()));
    }

    private boolean applyComparison(Binary comparison, @Nullable Column domainColumn, CheckConstraint check) {
        Expression left = comparison.left();
        Expression right = comparison.right();
        String operator = comparison.operator();
        if (operator.contains("~")) {
            suggestPattern(operator, left, right, domainColumn).ifPresent(pattern -> patterns.put(check, pattern));
            return false;
        }
        if (left instanceof Constant || left instanceof Now) {
            @Nullable String mirrored = MIRRORED.get(operator);
            return mirrored != null && applyComparison(new Binary(mirrored, right, left), domainColumn, check);
        }
        if (left instanceof ColumnRef a && right instanceof ColumnRef b) {
            return pairs.compare(operator, a, b, check);
        }
        if (left instanceof Call call && call.arguments().size() == 1) {
            return applyCall(operator, call, right, domainColumn);
        }
        if (operator.equals("=")
                && right instanceof Call call
                && call.function().equals("upper")
                && call.arguments().equals(List.of(left))) {
            // Values that need not differ are tried as words, which look better.
            if (left instanceof ColumnRef ref && isInKey(column(ref, domainColumn))) {
                suggestPattern("~", left, UPPER_CASE, domainColumn);
            }
            return false;
        }
        if (operator.equals("=") && right instanceof Constant) {
            return applyOptions(left, List.of(right), domainColumn);
        }
        if (operator.equals("<>")
                && right instanceof Constant empty
                && empty.text().isBlank()) {
            return narrow(
                    left,
                    domainColumn,
                    (column, r) -> column.type().kind().isText() ? r.length(1, r.maxLength()) : null);
        }
        return narrow(left, domainColumn, (column, r) -> TypeOrder.bound(column.type(), r, operator, right));
    }

    /** Values are made of the pattern, and whether the server takes them is tried like that of any check without a solved form. */
    private Optional<TextPattern> suggestPattern(
            String operator, Expression left, Expression right, @Nullable Column domainColumn) {
        Optional<TextPattern> pattern = Optional.empty();
        if (right instanceof Constant constant) {
            pattern = switch (operator) {
                case "~", "~*" -> TextPattern.regex(constant.text());
                case "~~", "~~*" -> Optional.of(TextPattern.like(constant.text()));
                default -> Optional.empty();
            };
        } else if (operator.equals("~")
                && right instanceof Call call
                && call.function().equals("similar_to_escape")
                && call.arguments().size() == 1
                && call.arguments().get(0) instanceof Constant constant) {
            pattern = TextPattern.similar(constant.text());
        }
        return pattern.filter(texts -> narrow(
                left, domainColumn, (column, r) -> column.type().kind().isText() ? matching(column, r, texts) : null));
    }

    /** The server looks at the blanks, too, by which a {@code character(n)} is as long as it must be. */
    private static Restriction matching(Column column, Restriction r, TextPattern texts) {
        boolean isPadded = column.type().kind() == Kind.CHAR && texts.isEnded();
        return (isPadded ? r.length(r.maxLength(), r.maxLength()) : r).matching(texts);
    }

    private boolean applyCall(String operator, Call call, Expression right, @Nullable Column domainColumn) {
        if (LENGTHS.contains(call.function())) {
            return applyLength(operator, call, List.of(right), domainColumn);
        }
        if (TRIMS.contains(call.function())
                && operator.equals("<>")
                && right instanceof Constant empty
                && empty.text().isEmpty()) {
            return narrow(call.arguments().get(0), domainColumn, (column, r) -> r.length(1, r.maxLength()));
        }
        return operator.equals("=") && applyOptions(call, List.of(right), domainColumn);
    }

    private boolean applyLength(String operator, Call call, List<Expression> lengths, @Nullable Column domainColumn) {
        List<Integer> bounds = lengths.stream()
                .filter(length ->
                        length instanceof Constant constant && constant.text().matches("\\d{1,9}"))
                .map(length -> Integer.valueOf(((Constant) length).text()))
                .toList();
        if (bounds.isEmpty()) {
            return false;
        }
        Expression subject = call.arguments().get(0) instanceof Call inner && TRIMS.contains(inner.function())
                ? inner.arguments().get(0)
                : call.arguments().get(0);
        boolean narrowed = narrow(subject, domainColumn, (column, r) -> {
            int bound = roomy(bounds, r);
            return !column.type().kind().isText() && column.type().kind() != Kind.BYTEA
                    ? null
                    : switch (operator) {
                        case "=" -> r.length(bound, bound);
                        case "<" -> r.length(0, bound - 1);
                        case "<=" -> r.length(0, bound);
                        case ">" -> r.length(bound + 1, r.maxLength());
                        case ">=" -> r.length(bound, r.maxLength());
                        default -> null;
                    };
        });
        // Characters may be of several bytes, and a profile may ask for other lengths of these.
        return narrowed
                && !call.function().equals("octet_length")
                && !(subject instanceof ColumnRef ref && isBytes(ref, domainColumn));
    }

    /** Values of one of several lengths are enough: of the shortest with room for a key, else of the longest that the column can have. */
    private static int roomy(List<Integer> lengths, Restriction r) {
        List<Integer> possible = lengths.stream()
                .filter(length -> length >= r.minLength() && length <= r.maxLength())
                .sorted()
                .toList();
        return possible.stream()
                .filter(length -> length >= ROOM_FOR_KEY)
                .findFirst()
                .orElse(possible.isEmpty() ? lengths.get(0) : possible.get(possible.size() - 1));
    }

    private boolean isBytes(ColumnRef ref, @Nullable Column domainColumn) {
        @Nullable Column column = column(ref, domainColumn);
        return column != null && column.type().kind() == Kind.BYTEA;
    }

    private boolean applyOptions(Expression subject, List<Expression> options, @Nullable Column domainColumn) {
        if (!options.stream().allMatch(Constant.class::isInstance)) {
            return false;
        }
        if (subject instanceof Call call
                && LENGTHS.contains(call.function())
                && call.arguments().size() == 1) {
            return applyLength("=", call, options, domainColumn);
        }
        List<String> texts =
                options.stream().map(option -> ((Constant) option).text()).toList();
        if (subject instanceof Call call
                && call.arguments().size() == 1
                && Set.of("lower", "upper").contains(call.function())) {
            List<String> folded = texts.stream()
                    .filter(text -> text.equals(
                            call.function().equals("lower")
                                    ? text.toLowerCase(Locale.ROOT)
                                    : text.toUpperCase(Locale.ROOT)))
                    .toList();
            // Of a range these are its bounds.
            return !folded.isEmpty()
                    && narrow(
                            call.arguments().get(0),
                            domainColumn,
                            (column, r) -> column.type().kind().isText() ? r.oneOf(folded) : null);
        }
        return narrow(subject, domainColumn, (column, r) -> r.oneOf(texts));
    }

    private interface Narrowing {
        @Nullable
        Restriction apply(Column column, Restriction restriction);
    }

    private boolean narrow(Expression subject, @Nullable Column domainColumn, Narrowing narrowing) {
        if (!(subject instanceof ColumnRef ref)) {
            return false;
        }
        @Nullable Column column = column(ref, domainColumn);
        if (column == null) {
            return false;
        }
        @Nullable Restriction narrowed = narrowing.apply(column, restriction(column));
        if (narrowed == null) {
            return false;
        }
        restrictions.put(column.number(), narrowed);
        return true;
    }

    private @Nullable Column column(ColumnRef ref, @Nullable Column domainColumn) {
        if (domainColumn != null) {
            return ref.name().equalsIgnoreCase("value") ? domainColumn : null;
        }
        return table.named(ref.name());
    }
}
