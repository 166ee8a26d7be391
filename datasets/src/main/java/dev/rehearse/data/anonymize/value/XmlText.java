package dev.rehearse.data.anonymize.value;

import dev.rehearse.data.anonymize.source.ValueType.Kind;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Walks the texts, attributes, comments and CDATA sections of an XML text and keeps its elements. Stateless. */
final class XmlText {

    private static final Pattern PIECE = Pattern.compile(
            "<!--(?<comment>.*?)-->|<!\\[CDATA\\[(?<cdata>.*?)]]>|<\\?(?<target>[^\\s?>]+)(?<instruction>.*?)\\?>|(?<declared><!(?:\"[^\"]*+\"|'[^']*+'|\\[(?:\"[^\"]*+\"|'[^']*+'|[^\"'\\]]++)*+]|[^\"'\\[>]++)*+>)|</(?<closed>[^\\s>]+)\\s*>"
                    + "|(?<tag><(?<element>[^\\s/>]+)(?:\"[^\"]*+\"|'[^']*+'|[^>\"']++)*+>)|(?<text>[^<]+)",
            Pattern.DOTALL);
    private static final Pattern ATTRIBUTE =
            Pattern.compile("(?<name>[^\\s=<>/]+)(?<is>\\s*=\\s*)(?<value>\"[^\"]*\"|'[^']*')");
    private static final Pattern QUOTED = Pattern.compile("\"[^\"]*\"|'[^']*'");
    private static final Pattern ADDRESS = Pattern.compile("https?://[A-Za-z0-9_.:/#-]{1,200}");
    private static final Pattern PART_OF_ADDRESS = Pattern.compile("(?<![^:/#])(?![\\d.-]{1,5}(?![^:/#]))[^:/#]+");
    private static final Pattern ENTITY =
            Pattern.compile("&(?:#(?<decimal>\\d+)|#x(?<hex>[0-9a-fA-F]+)|(?<name>amp|lt|gt|quot|apos));");

    private XmlText() {}

    static String map(String xml, String column, Leaf leaf) {
        StringBuilder out = new StringBuilder(xml.length());
        Deque<String> open = new ArrayDeque<>(List.of(column));
        Matcher piece = PIECE.matcher(xml);
        while (piece.find()) {
            String replaced = piece.group();
            String element = open.element();
            if (piece.group("comment") != null) {
                replaced = "<!--" + leaf.value(Kind.TEXT, element, piece.group("comment"), true) + "-->";
            } else if (piece.group("cdata") != null) {
                replaced = "<![CDATA[" + leaf.value(Kind.TEXT, element, piece.group("cdata"), true) + "]]>";
            } else if (piece.group("instruction") != null
                    && !piece.group("target").equals("xml")) {
                replaced = "<?" + leaf.key(piece.group("target"))
                        + leaf.value(Kind.TEXT, "", piece.group("instruction"), true) + "?>";
            } else if (piece.group("declared") != null) {
                replaced = declaration(piece.group("declared"), leaf);
            } else if (piece.group("closed") != null) {
                replaced = "</" + leaf.key(piece.group("closed")) + ">";
                if (open.size() > 1) {
                    open.pop();
                }
            } else if (piece.group("tag") != null) {
                String opened = piece.group("element");
                String rest = piece.group("tag").substring(1 + opened.length());
                replaced = "<" + leaf.key(opened) + attributes(rest, leaf);
                if (!rest.endsWith("/>")) {
                    open.push(opened);
                }
            } else if (piece.group("text") != null) {
                replaced = encoded(leaf.value(Kind.TEXT, element, decoded(piece.group("text")), true));
            }
            piece.appendReplacement(out, Matcher.quoteReplacement(replaced));
        }
        return piece.appendTail(out).toString();
    }

    /** A type of document, with what its entities stand for. */
    private static String declaration(String declared, Leaf leaf) {
        return QUOTED.matcher(declared).replaceAll(found -> {
            String text = found.group();
            String quote = text.substring(0, 1);
            String image = leaf.value(Kind.TEXT, "", text.substring(1, text.length() - 1), true);
            return Matcher.quoteReplacement(quote + image + quote);
        });
    }

    private static String attributes(String tag, Leaf leaf) {
        return ATTRIBUTE.matcher(tag).replaceAll(found -> {
            Matcher attribute = ATTRIBUTE.matcher(found.group());
            if (!attribute.matches()) {
                return Matcher.quoteReplacement(found.group());
            }
            String value = attribute.group("value");
            String text = decoded(value.substring(1, value.length() - 1));
            boolean isNamespace = attribute.group("name").startsWith("xmlns");
            String image = encoded(
                            isNamespace
                                    ? namespace(text, leaf)
                                    : leaf.value(Kind.TEXT, attribute.group("name"), text, true))
                    .replace("\"", "&quot;")
                    .replace("'", "&apos;");
            return Matcher.quoteReplacement(leaf.key(attribute.group("name"))
                    + attribute.group("is")
                    + value.charAt(0)
                    + image
                    + value.charAt(0));
        });
    }

    /** A key, or an address made of keys and of short numbers, which say years and versions. */
    private static String namespace(String text, Leaf leaf) {
        return ADDRESS.matcher(text).matches()
                ? PART_OF_ADDRESS.matcher(text).replaceAll(part -> Matcher.quoteReplacement(leaf.key(part.group())))
                : leaf.key(text);
    }

    private static String decoded(String text) {
        return text.indexOf('&') < 0
                ? text
                : ENTITY.matcher(text).replaceAll(found -> Matcher.quoteReplacement(character(found.group())));
    }

    private static String character(String entity) {
        return switch (entity) {
            case "&amp;" -> "&";
            case "&lt;" -> "<";
            case "&gt;" -> ">";
            case "&quot;" -> "\"";
            case "&apos;" -> "'";
            default ->
                Character.toString(
                        entity.startsWith("&#x")
                                ? Integer.parseInt(entity.substring(3, entity.length() - 1), 16)
                                : Integer.parseInt(entity.substring(2, entity.length() - 1)));
        };
    }

    private static String encoded(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
