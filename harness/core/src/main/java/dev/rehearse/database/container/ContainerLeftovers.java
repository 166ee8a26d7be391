package dev.rehearse.database.container;

import dev.rehearse.EnvironmentException;
import dev.rehearse.database.machine.Owner;
import dev.rehearse.database.machine.RehearseHome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Containers, volumes and networks whose owner has died. */
public final class ContainerLeftovers {

    private ContainerLeftovers() {}

    /** Those that {@link #removeDead(RehearseHome)} would remove. */
    public static List<String> list(RehearseHome home) {
        return go(home, false);
    }

    /** Removes those of this machine's engine, if one answers, and says what that was. */
    public static List<String> removeDead(RehearseHome home) {
        return go(home, true);
    }

    public static List<String> removeDead(ContainerEngine engine, RehearseHome home) {
        return go(engine, home, true);
    }

    private static List<String> go(RehearseHome home, boolean remove) {
        try {
            return go(DockerProvider.engine(), home, remove);
        } catch (EnvironmentException noEngine) {
            // Labels on everything tell the next run that has an engine.
            return List.of();
        }
    }

    /** Another process may be removing the same at the same time; what will not go now goes in a later run. */
    private static List<String> go(ContainerEngine engine, RehearseHome home, boolean remove) {
        List<String> found = new ArrayList<>();
        for (ContainerEngine.Item container : engine.containers()) {
            if (isDead(container.labels()) && (!remove || engine.removeContainer(container.id()))) {
                found.add("container " + container.id().substring(0, 12) + " of run "
                        + container.labels().get(ContainerLabels.RUN));
            }
        }
        for (ContainerEngine.Item volume : engine.volumes()) {
            if (isDead(volume.labels()) && !isTemplate(volume, home) && (!remove || engine.removeVolume(volume.id()))) {
                found.add("volume " + volume.id());
            }
        }
        for (ContainerEngine.Item network : engine.networks()) {
            if (isDead(network.labels()) && (!remove || engine.removeNetwork(network.id()))) {
                found.add("network " + network.id());
            }
        }
        return found;
    }

    private static boolean isDead(Map<String, String> labels) {
        return ContainerLabels.owner(labels).map(Owner::state).orElse(Owner.State.ELSEWHERE) == Owner.State.DEAD;
    }

    /**
     * A template's volume outlives its maker, as long as its folder is there and names this volume and not that of another process
     * that was faster; another home's folder is not ours to judge.
     */
    private static boolean isTemplate(ContainerEngine.Item volume, RehearseHome home) {
        String entry = volume.labels().get(ContainerLabels.TEMPLATE);
        if (entry == null) {
            return false;
        }
        Path folder = Path.of(entry);
        return !folder.startsWith(home.directory()) || DockerDatabase.isVolumeOf(folder, volume.id());
    }
}
