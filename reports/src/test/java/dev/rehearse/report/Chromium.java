package dev.rehearse.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A real browser without a window, driven through the <a href="https://chromedevtools.github.io/devtools-protocol/">DevTools
 * protocol</a>. Used by one thread; closes the browser and removes its profile when closed.
 */
final class Chromium implements AutoCloseable {

    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final Path profile;
    private final WebSocket socket;
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
    private final List<JsonNode> events = new CopyOnWriteArrayList<>();

    /** Where the browser is, if it is. */
    static Optional<Path> installed() {
        List<String> names = List.of("chromium", "chromium-browser", "google-chrome", "chrome");
        return Stream.concat(
                        Stream.of("/usr/bin"), Stream.of(System.getenv("PATH").split(File.pathSeparator)))
                .flatMap(folder -> names.stream().map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    Chromium(Path binary) throws Exception {
        profile = Files.createTempDirectory("rehearse-chromium");
        process = new ProcessBuilder(
                        binary.toString(),
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--disable-dev-shm-usage",
                        "--hide-scrollbars",
                        "--user-data-dir=" + profile,
                        "--remote-debugging-port=0",
                        "about:blank")
                .redirectErrorStream(true)
                .redirectOutput(profile.resolve("output.txt").toFile())
                .start();
        try {
            socket = connect();
            call("Page.enable", Map.of());
            call("Runtime.enable", Map.of());
            call("Log.enable", Map.of());
            call("Network.enable", Map.of());
        } catch (Exception | Error e) {
            stop();
            throw e;
        }
    }

    private WebSocket connect() throws Exception {
        Path portFile = profile.resolve("DevToolsActivePort");
        await(
                "the browser opened its port",
                () -> Files.exists(portFile) && lines(portFile).size() >= 2);
        HttpClient http = HttpClient.newHttpClient();
        HttpRequest pages = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + lines(portFile).get(0) + "/json/list"))
                .timeout(DEADLINE)
                .build();
        JsonNode[] page = new JsonNode[1];
        await("the browser has a page", () -> {
            try {
                for (JsonNode target :
                        JSON.readTree(http.send(pages, BodyHandlers.ofString()).body())) {
                    if (target.path("type").asText().equals("page")) {
                        page[0] = target;
                    }
                }
                return page[0] != null;
            } catch (IOException e) {
                return false;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        return http.newWebSocketBuilder()
                .buildAsync(URI.create(page[0].path("webSocketDebuggerUrl").asText()), new Listener())
                .get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            return List.of();
        }
    }

    private final class Listener implements WebSocket.Listener {

        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                receive(text.toString());
                text.setLength(0);
            }
            webSocket.request(1);
            return CompletableFuture.completedFuture(null);
        }

        private void receive(String message) {
            try {
                JsonNode node = JSON.readTree(message);
                if (node.has("id")) {
                    answers.remove(node.path("id").asInt()).complete(node);
                } else {
                    events.add(node);
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** One command of the protocol, and its result. */
    JsonNode call(String method, Map<String, ?> parameters) {
        ObjectNode command = JSON.createObjectNode();
        int id = ids.incrementAndGet();
        command.put("id", id);
        command.put("method", method);
        command.set("params", JSON.valueToTree(parameters));
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        answers.put(id, answer);
        try {
            socket.sendText(command.toString(), true).get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
            JsonNode node = answer.get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
            if (node.has("error")) {
                throw new AssertionError(method + ": " + node.path("error"));
            }
            return node.path("result");
        } catch (Exception e) {
            throw new AssertionError("The browser did not answer " + method, e);
        }
    }

    void size(int width, int height, boolean phone) {
        call(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", phone));
    }

    void dark(boolean dark) {
        call(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    }

    /** Opens a file and waits until the page has built itself. */
    void open(Path file) {
        events.clear();
        call("Page.navigate", Map.of("url", file.toUri().toString()));
        await(
                "the page of " + file + " was loaded",
                () -> events.stream().anyMatch(e -> e.path("method").asText().equals("Page.loadEventFired")));
        settle();
    }

    /** Waits until what was scheduled for the next frames is drawn. */
    void settle() {
        evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))");
    }

    /** The value of a JavaScript expression; a promise's value is awaited. */
    JsonNode evaluate(String expression) {
        JsonNode result =
                call("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
        if (result.has("exceptionDetails")) {
            throw new AssertionError(expression + ": " + result.path("exceptionDetails"));
        }
        return result.path("result").path("value");
    }

    String text(String expression) {
        return evaluate(expression).asText();
    }

    int number(String expression) {
        return evaluate(expression).asInt();
    }

    /** What the page complained about: exceptions, console messages, refused resources. */
    List<String> complaints() {
        List<String> complaints = new ArrayList<>();
        for (JsonNode event : events) {
            switch (event.path("method").asText()) {
                case "Runtime.exceptionThrown" ->
                    complaints.add(event.path("params")
                            .path("exceptionDetails")
                            .path("exception")
                            .path("description")
                            .asText());
                case "Runtime.consoleAPICalled" ->
                    complaints.add(event.path("params").path("args").toString());
                case "Log.entryAdded" ->
                    complaints.add(
                            event.path("params").path("entry").path("text").asText());
                default -> {}
            }
        }
        return complaints;
    }

    /** What the page asked for since it was opened. */
    List<String> requests() {
        return events.stream()
                .filter(e -> e.path("method").asText().equals("Network.requestWillBeSent"))
                .map(e -> e.path("params").path("request").path("url").asText())
                .filter(url -> !url.startsWith("data:"))
                .toList();
    }

    /** Presses and lets go of a key, such as Tab or Enter, and waits for what comes of it. */
    void press(String key) {
        Map<String, ?> parameters = Map.of(
                "key",
                key,
                "code",
                key,
                "windowsVirtualKeyCode",
                key.equals("Tab") ? 9 : 13,
                "text",
                key.equals("Enter") ? "\r" : "");
        for (String type : List.of("keyDown", "keyUp")) {
            Map<String, Object> event = new LinkedHashMap<>(parameters);
            event.put("type", type);
            call("Input.dispatchKeyEvent", event);
        }
        settle();
    }

    void mouse(String type, double x, double y, Map<String, ?> more) {
        Map<String, Object> parameters = new LinkedHashMap<>(Map.of("type", type, "x", x, "y", y));
        if (type.equals("mousePressed") || type.equals("mouseReleased")) {
            parameters.put("button", "left");
            parameters.put("clickCount", 1);
        }
        parameters.putAll(more);
        call("Input.dispatchMouseEvent", parameters);
    }

    void drag(double fromX, double toX, double y) {
        mouse("mouseMoved", fromX, y, Map.of());
        mouse("mousePressed", fromX, y, Map.of());
        mouse("mouseMoved", (fromX + toX) / 2, y, Map.of("button", "left", "buttons", 1));
        mouse("mouseMoved", toX, y, Map.of("button", "left", "buttons", 1));
        mouse("mouseReleased", toX, y, Map.of());
        settle();
    }

    /** The page from its top, as wide as the window, down to its end but no further than so many pixels. */
    byte[] screenshot(int most) {
        int width = number("innerWidth");
        int height = Math.min(most, number("document.documentElement.scrollHeight"));
        Map<String, ?> clip = Map.of("x", 0, "y", 0, "width", width, "height", height, "scale", 1);
        return Base64.getDecoder()
                .decode(call(
                                "Page.captureScreenshot",
                                Map.of("format", "png", "captureBeyondViewport", true, "clip", clip))
                        .path("data")
                        .asText());
    }

    byte[] pdf() {
        return Base64.getDecoder()
                .decode(call("Page.printToPDF", Map.of("preferCSSPageSize", true, "printBackground", true))
                        .path("data")
                        .asText());
    }

    private void await(String what, BooleanSupplier condition) {
        Instant until = Instant.now().plus(DEADLINE);
        while (!condition.getAsBoolean()) {
            if (Instant.now().isAfter(until) || !process.isAlive()) {
                throw new AssertionError("Waited for: " + what + ". The browser said:\n"
                        + String.join("\n", lines(profile.resolve("output.txt"))));
            }
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("Interrupted while waiting for: " + what, e);
            }
        }
    }

    private void stop() throws IOException {
        List<ProcessHandle> all = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList();
        process.destroy();
        process.onExit().completeOnTimeout(process, 10, TimeUnit.SECONDS).join();
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(each ->
                each.onExit().completeOnTimeout(each, 10, TimeUnit.SECONDS).join());
        try (Stream<Path> files = Files.walk(profile)) {
            files.sorted(java.util.Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }

    @Override
    public void close() throws IOException {
        socket.abort();
        stop();
    }
}
