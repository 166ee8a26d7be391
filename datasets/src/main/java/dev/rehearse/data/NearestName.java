package dev.rehearse.data;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** The right name that a wrong one was probably meant to be, for messages. Stateless. */
public final class NearestName {

    private NearestName() {}

    /** {@code  Did you mean "lockTimeout"?} with a space in front, or nothing where no name is near. */
    public static String of(String wrong, Collection<String> names) {
        String best = null;
        double bestScore = 0;
        for (String name : names) {
            double score = likeness(wrong, name);
            if (score > bestScore) {
                best = name;
                bestScore = score;
            }
        }
        return best == null ? "" : " Did you mean \"" + best + "\"?";
    }

    /** 0: unlike; up to 1: equal but for case and separators. Near spelling, half of the words in common, or one in the other. */
    private static double likeness(String wrong, String right) {
        String a = letters(wrong);
        String b = letters(right);
        int longer = Math.max(a.length(), b.length());
        if (longer == 0) {
            return 0;
        }
        double spelling = 1 - (double) distance(a, b) / longer;
        Set<String> words = words(wrong);
        Set<String> common = new HashSet<>(words);
        Set<String> rightWords = words(right);
        common.retainAll(rightWords);
        double wording = (double) common.size() / Math.max(words.size(), rightWords.size());
        double part = a.contains(b) || b.contains(a) ? (double) Math.min(a.length(), b.length()) / longer : 0;
        return Math.max(spelling >= 0.6 ? spelling : 0, Math.max(wording >= 0.5 ? wording : 0, part >= 0.5 ? part : 0));
    }

    private static String letters(String name) {
        return name.replaceAll("[\\s_-]", "").toLowerCase(Locale.ROOT);
    }

    private static Set<String> words(String name) {
        String spaced = name.replaceAll("([a-z0-9])([A-Z])", "$1 $2").replaceAll("[_-]", " ");
        return new HashSet<>(
                Arrays.asList(spaced.trim().toLowerCase(Locale.ROOT).split("\\s+")));
    }

    /** Edit distance in which two swapped neighbours count once. */
    static int distance(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                int differs = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                cost[i][j] = Math.min(Math.min(cost[i - 1][j] + 1, cost[i][j - 1] + 1), cost[i - 1][j - 1] + differs);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
                }
            }
        }
        return cost[a.length()][b.length()];
    }
}
