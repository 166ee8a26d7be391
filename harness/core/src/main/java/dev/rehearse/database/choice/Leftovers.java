package dev.rehearse.database.choice;

import dev.rehearse.database.container.ContainerLeftovers;
import dev.rehearse.database.machine.DeadRuns;
import dev.rehearse.database.machine.RehearseHome;
import java.util.ArrayList;
import java.util.List;

/**
 * What runs left that could not clean up after themselves: {@code kill -9}, a crash, a power cut. A live run's belongings are never
 * touched; those of another machine or container, whose owner we cannot see, only after a day.
 */
public final class Leftovers {

    private Leftovers() {}

    /** Removes what dead runs left and says, in words, what that was. */
    public static List<String> removeDead() {
        RehearseHome home = RehearseHome.current();
        return DeadRuns.remove(home, () -> ContainerLeftovers.removeDead(home));
    }

    /** What {@link #removeDead} would remove. */
    public static List<String> list() {
        RehearseHome home = RehearseHome.current();
        List<String> found = new ArrayList<>(ContainerLeftovers.list(home));
        found.addAll(DeadRuns.list(home));
        return found;
    }
}
