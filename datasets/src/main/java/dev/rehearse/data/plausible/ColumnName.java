package dev.rehearse.data.plausible;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The words of a column's name: {@code CREATE_TIME_}, {@code createTime} and {@code create time} are all "create", "time". */
public record ColumnName(List<String> words) {

    public static ColumnName of(String name) {
        String spaced = name.replaceAll("(\\p{Ll}|\\d)(\\p{Lu})", "$1_$2").toLowerCase(Locale.ROOT);
        return new ColumnName(Arrays.stream(spaced.split("[^\\p{L}\\p{N}]+"))
                .filter(word -> !word.isEmpty())
                .toList());
    }

    public boolean hasAny(List<String> any) {
        return words.stream().anyMatch(any::contains);
    }

    public boolean hasAny(String... any) {
        return hasAny(List.of(any));
    }

    public boolean endsWith(String word) {
        return !words.isEmpty() && words.get(words.size() - 1).equals(word);
    }
}
