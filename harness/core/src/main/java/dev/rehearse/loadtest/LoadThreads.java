package dev.rehearse.loadtest;

import java.util.ArrayList;
import java.util.List;

/** The threads of a run, and which of its clients each of them is. Stateless. */
public final class LoadThreads {

    static final long STACK_BYTES = 256 * 1024;

    private static final int LEAST_THREADS = 8;

    private LoadThreads() {}

    /** Starts them; they wait for the start of the load. */
    static List<Thread> start(Load load, List<Client> clients) {
        List<Thread> threads =
                tasks(load, clients).stream().map(LoadThreads::of).toList();
        threads.forEach(Thread::start);
        return threads;
    }

    public static Thread of(Runnable task) {
        Thread thread = new Thread(null, task, "rehearse-load", STACK_BYTES);
        thread.setDaemon(true);
        return thread;
    }

    /**
     * What has a thread each: clients, or in the closed model, where these are many, cores. A few threads that wait for their own server process
     * each are woken where that runs, and have no call for finding out who is ready; many are a crowd that each has to get through.
     */
    private static List<? extends Runnable> tasks(Load load, List<Client> clients) {
        if (!areShared(load, clients)) {
            return clients;
        }
        int cores = Runtime.getRuntime().availableProcessors();
        List<List<Client>> shares = new ArrayList<>();
        for (int i = 0; i < cores; i++) {
            shares.add(new ArrayList<>());
        }
        for (int i = 0; i < clients.size(); i++) {
            shares.get(i % cores).add(clients.get(i));
        }
        return shares.stream().map(share -> new ClientLoop(load, share)).toList();
    }

    /** Whether several clients have a thread together. */
    static boolean areShared(Load load, List<Client> clients) {
        return areCrowded(load, clients.size()) && ClientLoop.isFitFor(load.program(), clients);
    }

    /** Whether so many have a thread together if that can be. */
    static boolean areCrowded(Load load, int clients) {
        return load.arrivals() == null && clients > mostThreads();
    }

    /** So many clients of the closed model have a thread each. */
    static int mostThreads() {
        return Math.max(LEAST_THREADS, Runtime.getRuntime().availableProcessors());
    }
}
