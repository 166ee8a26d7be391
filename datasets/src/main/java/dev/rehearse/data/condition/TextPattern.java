package dev.rehearse.data.condition;

import dev.rehearse.data.value.Keys;
import dev.rehearse.data.value.Mix;
import dev.rehearse.data.value.Permutation;
import dev.rehearse.data.value.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * The texts that a regular expression or a LIKE pattern accepts, made from the pattern itself. Immutable.
 *
 * @see <a href="https://www.postgresql.org/docs/current/functions-matching.html">Pattern matching</a>
 */
public final class TextPattern {

    /** A part of a pattern. */
    sealed interface Node {}

    /** One of some characters. */
    record Chars(String choices) implements Node {}

    record Sequence(List<Node> parts) implements Node {}

    record Either(List<Node> branches) implements Node {}

    /** {@code most} is {@link #UNBOUNDED} where there is no limit. */
    record Repeat(Node part, int least, int most) implements Node {}

    static final int UNBOUNDED = Integer.MAX_VALUE;

    private static final int USUAL_EXTRA = 3;
    private static final int MOST_EXTRA = 9;
    /** More characters than this make no more different texts than are ever needed. */
    private static final int LONGEST_KEY = 64;

    private static final Pattern CLASS = Pattern.compile("\\[:(\\w+):]");

    /** The names of POSIX, as Java writes them. */
    private static final Map<String, String> CLASSES = Map.ofEntries(
            Map.entry("alnum", "Alnum"),
            Map.entry("alpha", "Alpha"),
            Map.entry("digit", "Digit"),
            Map.entry("xdigit", "XDigit"),
            Map.entry("upper", "Upper"),
            Map.entry("lower", "Lower"),
            Map.entry("punct", "Punct"),
            Map.entry("space", "Space"),
            Map.entry("blank", "Blank"),
            Map.entry("cntrl", "Cntrl"),
            Map.entry("graph", "Graph"),
            Map.entry("print", "Print"));

    private final Node root;
    private final Pattern matcher;
    /** By whose classes letters of all languages are letters, as they are to most servers. */
    private final Pattern wider;

    private final boolean ended;

    private TextPattern(Node root, String regex) {
        this.root = root;
        this.ended = regex.indexOf('$') >= 0;
        this.matcher = Pattern.compile(regex);
        this.wider = Pattern.compile(regex, Pattern.UNICODE_CHARACTER_CLASS);
    }

    /** A regular expression as {@code ~} takes it, or nothing when it has a form that is not known here. */
    public static Optional<TextPattern> regex(String regex) {
        try {
            String ofJava = CLASS.matcher(regex)
                    .replaceAll(name -> "\\\\p{" + CLASSES.getOrDefault(name.group(1), "None") + "}");
            return Optional.of(new TextPattern(new TextPatternParser(regex).parse(), ofJava));
        } catch (TextPatternParser.Unknown | PatternSyntaxException e) {
            return Optional.empty();
        }
    }

    /** A pattern as LIKE takes it. */
    static TextPattern like(String pattern) {
        StringBuilder regex = new StringBuilder("^");
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c == '%') {
                regex.append(".*");
            } else if (c == '_') {
                regex.append('.');
            } else {
                char literal = c == '\\' && i + 1 < pattern.length() ? pattern.charAt(++i) : c;
                regex.append(Character.isLetterOrDigit(literal) || literal == ' ' ? "" : "\\")
                        .append(literal);
            }
        }
        return regex(regex.append('$').toString()).orElseThrow();
    }

    /** A pattern as SIMILAR TO takes it. */
    static Optional<TextPattern> similar(String pattern) {
        StringBuilder regex = new StringBuilder("^(?:");
        boolean inClass = false;
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c == '\\' && i + 1 < pattern.length()) {
                regex.append(c).append(pattern.charAt(++i));
                continue;
            }
            inClass = inClass ? c != ']' : c == '[';
            regex.append(
                    inClass
                            ? String.valueOf(c)
                            : switch (c) {
                                case '%' -> ".*";
                                case '_' -> ".";
                                case '.', '^', '$' -> "\\" + c;
                                default -> String.valueOf(c);
                            });
        }
        return regex(regex.append(")$").toString());
    }

    /** Whether it says how a text ends, so that blanks behind it are none of its. */
    boolean isEnded() {
        return ended;
    }

    /** Whether a text is accepted, as Java reads the pattern, by every server. */
    public boolean accepts(String text) {
        return matcher.matcher(text).find();
    }

    /** Whether it is where the server takes letters of all languages for such: the locale of its database decides. */
    public boolean mayAccept(String text) {
        return wider.matcher(text).find();
    }

    /** Random texts within the lengths; null when the pattern asks for longer ones. */
    @org.jspecify.annotations.Nullable
    public Values plain(Restriction r, long seed) {
        int least = leastLength(root);
        if (least > r.maxLength()) {
            return null;
        }
        return (row, out) -> {
            Writer writer = new Writer(Mix.at(seed, row), r.minLength() - least, r.maxLength() - least);
            writer.write(root);
            out.putText(writer.text.toString());
        };
    }

    /** Texts that all differ, also without regard to case; as many as are needed where the pattern has them. */
    public Keys keys(Restriction r, long needed, long seed) {
        List<String> places = List.of();
        long capacity = 0;
        for (int extra = Math.max(0, r.minLength() - leastLength(root)); extra < LONGEST_KEY; extra++) {
            List<String> longer = new ArrayList<>();
            spread(root, extra, longer);
            if (longer.size() > r.maxLength() || (longer.size() == places.size() && extra > r.minLength())) {
                break;
            }
            places = longer;
            capacity = capacity(places);
            if (capacity >= needed) {
                break;
            }
        }
        if (capacity == 0) {
            return new Keys(0, (index, out) -> {});
        }
        List<String> chosen = places;
        Permutation order = new Permutation(capacity, seed);
        return new Keys(capacity, (index, out) -> {
            char[] text = new char[chosen.size()];
            long rest = order.apply(index);
            for (int i = text.length - 1; i >= 0; i--) {
                String choices = chosen.get(i);
                text[i] = choices.charAt((int) (rest % choices.length()));
                rest /= choices.length();
            }
            out.putText(new String(text));
        });
    }

    private static long capacity(List<String> places) {
        long capacity = 1;
        for (String choices : places) {
            capacity = capacity > Keys.UNLIMITED / choices.length() ? Keys.UNLIMITED : capacity * choices.length();
        }
        return capacity;
    }

    /**
     * The choices place by place, with every repetition the same for all texts, so that two texts that differ in a choice differ.
     *
     * @return what is left of {@code extra} repetitions
     */
    private static int spread(Node node, int extra, List<String> places) {
        int left = extra;
        if (node instanceof Chars chars) {
            places.add(caseless(chars.choices));
        } else if (node instanceof Sequence sequence) {
            for (Node part : sequence.parts) {
                left = spread(part, left, places);
            }
        } else if (node instanceof Either either) {
            return spread(widest(either), left, places);
        } else if (node instanceof Repeat repeat) {
            int more = Math.min(left, repeat.most - repeat.least);
            left -= more;
            for (int i = 0; i < repeat.least + more; i++) {
                left = spread(repeat.part, left, places);
            }
        }
        return left;
    }

    private static Node widest(Either either) {
        Node widest = either.branches.get(0);
        long most = -1;
        for (Node branch : either.branches) {
            List<String> places = new ArrayList<>();
            spread(branch, 0, places);
            if (capacity(places) > most) {
                widest = branch;
                most = capacity(places);
            }
        }
        return widest;
    }

    private static String caseless(String choices) {
        StringBuilder different = new StringBuilder();
        String seen = "";
        for (char c : choices.toCharArray()) {
            if (seen.indexOf(Character.toLowerCase(c)) < 0) {
                different.append(c);
                seen += Character.toLowerCase(c);
            }
        }
        return different.toString();
    }

    private static int leastLength(Node node) {
        if (node instanceof Sequence sequence) {
            return sequence.parts.stream().mapToInt(TextPattern::leastLength).sum();
        }
        if (node instanceof Either either) {
            return either.branches.stream()
                    .mapToInt(TextPattern::leastLength)
                    .min()
                    .orElse(0);
        }
        return node instanceof Repeat repeat ? repeat.least * leastLength(repeat.part) : 1;
    }

    /** Writes one text. */
    private static final class Writer {

        private final StringBuilder text = new StringBuilder();
        private long bits;
        private int wanted;
        private int room;

        Writer(long bits, int wanted, int room) {
            this.bits = bits;
            this.wanted = wanted;
            this.room = room;
        }

        private int below(int bound) {
            bits = Mix.mix(bits + 1);
            return (int) Mix.below(bits, bound);
        }

        void write(Node node) {
            if (node instanceof Chars chars) {
                text.append(chars.choices.charAt(below(chars.choices.length())));
            } else if (node instanceof Sequence sequence) {
                sequence.parts.forEach(this::write);
            } else if (node instanceof Either either) {
                writeOne(either);
            } else if (node instanceof Repeat repeat) {
                int times = repeat.least + extra(repeat);
                for (int i = 0; i < times; i++) {
                    write(repeat.part);
                }
            }
        }

        private void writeOne(Either either) {
            int least = leastLength(either);
            List<Node> fitting = either.branches.stream()
                    .filter(branch -> leastLength(branch) - least <= room)
                    .toList();
            Node branch = fitting.get(below(fitting.size()));
            take(leastLength(branch) - least);
            write(branch);
        }

        private int extra(Repeat repeat) {
            int length = Math.max(1, leastLength(repeat.part));
            int most = Math.min(repeat.most - repeat.least, room / length);
            int least = Math.min(most, Math.max(0, (wanted + length - 1) / length));
            if (repeat.most == UNBOUNDED && repeat.least == 0) {
                least = Math.max(least, Math.min(most, USUAL_EXTRA));
            }
            int extra = least + below(Math.min(most - least, MOST_EXTRA - USUAL_EXTRA) + 1);
            take(extra * length);
            return extra;
        }

        private void take(int characters) {
            room -= characters;
            wanted -= characters;
        }
    }
}
