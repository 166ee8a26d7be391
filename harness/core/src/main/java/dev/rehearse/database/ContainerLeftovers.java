package dev.rehearse.database;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Containers, volumes and networks whose owner has died. */
final class ContainerLeftovers {

    private ContainerLeftovers() {}

    static List<String> list(ContainerEngine engine, RehearseHome home) {
        return go(engine, home, false);
    }

    static List<String> removeDead(ContainerEngine engine, RehearseHome home) {
        return go(engine, home, true);
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
