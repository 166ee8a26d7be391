package dev.rehearse.data.plausible;

import dev.rehearse.data.value.CopyBuffer;
import dev.rehearse.data.value.Keys;
import dev.rehearse.data.value.Mix;
import dev.rehearse.data.value.Permutation;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Texts that applications choose from a list, such as colours and states, or number in a form, such as invoices and licence plates, told by the
 * names of columns: the lines of {@code vocabulary.txt}, whose head says how it is read. All ASCII, without a character that COPY escapes. Immutable.
 */
final class Vocabulary {

    private static final String FILE = "vocabulary.txt";

    private static final List<Line> LINES = Texts.lines(FILE).map(Line::of).toList();

    /** One line of the file. */
    private record Line(
            boolean otherwise, boolean together, List<String> tables, List<List<String>> names, List<Form> forms) {

        static Line of(String line) {
            int colon = line.indexOf(": ");
            String names = line.substring(0, colon);
            boolean otherwise = names.startsWith("? ");
            boolean together = names.startsWith("& ");
            int tables = names.indexOf(" > ");
            return new Line(
                    otherwise,
                    together,
                    tables < 0 ? List.of() : List.of(names.substring(0, tables).split(" ")),
                    Arrays.stream(names.substring(tables < 0 ? otherwise || together ? 2 : 0 : tables + 3)
                                    .split(", "))
                            .map(name -> List.of(name.split(" ")))
                            .toList(),
                    Arrays.stream(line.substring(colon + 2).split(" \\| "))
                            .map(text -> new Form(text.strip()))
                            .toList());
        }

        /** All of them in their places, so that those of the row's other columns go with them; what is too long has the first one's. */
        List<Form> inStep(int room) {
            Form first = forms.stream()
                    .filter(form -> form.text.length <= room)
                    .findFirst()
                    .orElseThrow();
            return forms.stream()
                    .map(form -> form.text.length <= room ? form : first)
                    .toList();
        }

        boolean isOf(ColumnName column, ColumnName table) {
            return names.stream().anyMatch(column::endsWith) && (tables.isEmpty() || table.hasAny(tables));
        }
    }

    /** A text with free places. */
    private static final class Form {

        private static final byte[] DIGITS = ascii("0123456789");
        /** Without those that are taken for digits. */
        private static final byte[] CAPITALS = ascii("ABCDEFGHJKLMNPRSTUVWXYZ");

        private static final byte[] EITHER = ascii("0123456789ABCDEFGHJKLMNPRSTUVWXYZ");

        private final byte[] text;
        private final byte[][] choices;
        private final int[] places;
        private final int check;
        /** The first of the places that a number decides; those before it, of which a long has no room, follow from it. */
        private final int first;
        /** In how many ways a number can fill it. */
        private final long capacity;

        Form(String form) {
            text = ascii(form);
            choices = new byte[text.length][];
            int free = 0;
            int checked = -1;
            for (int i = 0; i < text.length; i++) {
                choices[i] = switch (text[i]) {
                    case '#' -> DIGITS;
                    case '@' -> CAPITALS;
                    case '*' -> EITHER;
                    default -> null;
                };
                free += choices[i] == null ? 0 : 1;
                text[i] = text[i] == '%' ? (byte) '*' : text[i];
                checked = text[i] == '^' || text[i] == '~' ? i : checked;
            }
            check = checked;
            places = new int[free];
            for (int i = text.length - 1; i >= 0; i--) {
                if (choices[i] != null) {
                    places[--free] = i;
                }
            }
            long ways = 1;
            int place = places.length;
            while (place > 0 && ways <= Keys.UNLIMITED / EITHER.length) {
                place--;
                ways *= choices[places[place]].length;
            }
            first = place;
            capacity = ways;
        }

        void write(long number, CopyBuffer out) {
            int start = out.length();
            out.put(text);
            byte[] bytes = out.array();
            long rest = number;
            for (int i = places.length - 1; i >= 0; i--) {
                byte[] choice = choices[places[i]];
                if (i == first - 1) {
                    rest = Mix.mix(number) >>> 1;
                }
                bytes[start + places[i]] = choice[(int) (rest % choice.length)];
                rest /= choice.length;
            }
            if (check >= 0) {
                bytes[start + check] = (byte) ('0' + checkDigit(bytes, start));
            }
        }

        /** Makes the digits before it, every second one weighed, end in 0 with it. */
        private int checkDigit(byte[] bytes, int start) {
            boolean ean = text[check] == '^';
            int sum = 0;
            boolean weighed = true;
            for (int i = start + check - 1; i >= start; i--) {
                int digit = bytes[i] - '0';
                sum += !weighed ? digit : ean ? 3 * digit : digit < 5 ? 2 * digit : 2 * digit - 9;
                weighed = !weighed;
            }
            return (10 - sum % 10) % 10;
        }

        private static byte[] ascii(String characters) {
            return characters.getBytes(StandardCharsets.US_ASCII);
        }
    }

    private final Form[] forms;
    private final boolean together;

    private Vocabulary(List<Form> forms, boolean together) {
        this.forms = forms.toArray(Form[]::new);
        this.together = together;
    }

    /** Whether its texts go with those of other columns of the row, if they are made of the same bits. */
    boolean isTogether() {
        return together;
    }

    /**
     * The texts of a column, or null where none are known that fit.
     *
     * @param known whether it is known otherwise what the column holds
     * @param room characters that the column has
     */
    static @Nullable Vocabulary of(ColumnName column, ColumnName table, boolean known, int room) {
        return LINES.stream()
                .filter(line -> !(known && line.otherwise) && line.isOf(column, table))
                .flatMap(line -> {
                    List<Form> fitting = line.forms.stream()
                            .filter(form -> form.text.length <= room)
                            .toList();
                    return 2 * fitting.size() < line.forms.size()
                            ? Stream.empty()
                            : Stream.of(new Vocabulary(line.together ? line.inStep(room) : fitting, line.together));
                })
                .findFirst()
                .orElse(null);
    }

    /** Appends the text that random bits stand for, the first of the list most often. */
    void write(long bits, CopyBuffer out) {
        Form form = forms[(int) Mix.skewedBelow(bits, forms.length)];
        form.write(form.capacity == 1 ? 0 : Mix.below(Mix.mix(bits), form.capacity), out);
    }

    /** Texts that all differ, of the form that has the most. */
    Keys distinct(long seed) {
        Form most = forms[0];
        for (Form form : forms) {
            most = form.capacity > most.capacity ? form : most;
        }
        Form form = most;
        Permutation order = new Permutation(form.capacity, seed);
        return new Keys(form.capacity, (index, out) -> form.write(order.apply(index), out));
    }
}
