package dev.rehearse.database.container;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ContainerConfig;
import com.github.dockerjava.api.model.PullResponseItem;
import dev.rehearse.EnvironmentException;
import dev.rehearse.Progress;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The images that a container engine has or pulls, by the names that plans give them. Thread-safe. */
public final class ContainerImages {

    private static final Duration PULL_DEADLINE = Duration.ofMinutes(15);

    private final DockerClient client;

    ContainerImages(DockerClient client) {
        this.client = client;
    }

    /** Makes an image present, without asking any registry where it is already, and says its id. */
    String id(String image, Progress progress) {
        String name = ContainerEngineFinder.imageName(image);
        try {
            return client.inspectImageCmd(name).exec().getId();
        } catch (NotFoundException absent) {
            pull(name, progress);
            return client.inspectImageCmd(name).exec().getId();
        }
    }

    public boolean has(String image) {
        return isPresent(ContainerEngineFinder.imageName(image));
    }

    /** How an image that is present starts its containers; null if it does not say. */
    @Nullable
    ContainerConfig configuration(String image) {
        return client.inspectImageCmd(ContainerEngineFinder.imageName(image))
                .exec()
                .getConfig();
    }

    private boolean isPresent(String name) {
        try {
            client.inspectImageCmd(name).exec();
            return true;
        } catch (NotFoundException absent) {
            return false;
        }
    }

    private void pull(String image, Progress progress) {
        progress.report("pull " + image, 0, -1);
        boolean ended;
        AtomicReference<@Nullable String> refusal = new AtomicReference<>();
        try (var pulling = client.pullImageCmd(image).exec(new ResultCallback.Adapter<PullResponseItem>() {
            @Override
            public void onNext(PullResponseItem item) {
                if (item.getErrorDetail() != null) {
                    refusal.set(item.getErrorDetail().getMessage());
                }
            }
        })) {
            ended = pulling.awaitCompletion(PULL_DEADLINE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EnvironmentException("Interrupted while pulling " + image, e);
        } catch (IOException | RuntimeException e) {
            throw new EnvironmentException(cannotPull(image, e.getMessage()), e);
        }
        if (!ended) {
            throw new EnvironmentException(
                    cannotPull(image, "it took longer than " + PULL_DEADLINE.toMinutes() + " minutes."));
        }
        if (!isPresent(image)) {
            // A pull that fails half way ends with words, not with an exception.
            throw new EnvironmentException(cannotPull(image, refusal.get()));
        }
        progress.report("pull " + image, 1, 1);
    }

    private static String cannotPull(String image, @Nullable String reason) {
        return "The image " + image + " is not on this machine and cannot be pulled: " + reason
                + "\nPull it where the network allows, name another with database.image, or " + DockerProvider.EMBEDDED;
    }
}
