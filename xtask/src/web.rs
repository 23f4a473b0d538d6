//! What browsers download, made in `target/web`: Wasm through wasm-bindgen and wasm-opt, scripts
//! through esbuild, names with a hash of their content, and a brotli copy beside each.

use anyhow::{Context, Result, bail};
use base64::Engine;
use sha2::Digest;
use std::{
    collections::{BTreeMap, hash_map::DefaultHasher},
    fs,
    hash::{Hash, Hasher},
    io::Write,
    path::Path,
    thread,
};
use wasm_bindgen_cli_support::Bindgen;

use crate::{
    step::{cargo_with, run, step},
    tools,
    words::{self, Words},
};

pub const WEB: &str = "target/web";
const WORK: &str = "target/web-work";
/// Of what the pages in `WEB` were made.
const STAMP: &str = "target/web-work/stamp";
/// What is not compiled. `package.json` says to esbuild what a script is, so that nothing above
/// this folder does.
const SOURCES: [&str; 12] = [
    "package.json",
    "widget/frame/boot.js",
    "widget/frame/frame.css",
    "widget/frame/frame.html",
    "widget/frame/here.js",
    "widget/loader/baton.js",
    "widget/loader/why.js",
    "widget/signals/models/base.bin",
    "widget/signals/models/pack.bin",
    "www/console/page/boot.js",
    "www/console/page/console.css",
    "www/console/page/console.html",
];
const LOADER: &str = "baton";
/// The crates that run in a browser.
const CRATES: [&str; 2] = ["widget", "console"];

/// Where cargo compiles it: apart, so that its flags make nothing else compile again.
const COMPILED: &str = "target/browser";
/// The standard library is compiled along, for size, and a panic stops without a message. That
/// takes a sixth off the module.
const LIBRARY: [&str; 2] =
    ["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"];
const FLAGS: [&str; 2] = ["-Zunstable-options", "-Cpanic=immediate-abort"];
/// So that the stable compiler takes `LIBRARY`.
const STABLE_MAY: [(&str, &str); 1] = [("RUSTC_BOOTSTRAP", "1")];

pub fn build() -> Result<()> {
    tools::target(tools::BROWSER_TARGET)?;
    tools::library_source()?;
    tools::npm_packages()?;
    step("compiling the widget and the console to Wasm", || {
        // One by one: together, each would get the features that the other asks of what both use.
        CRATES.iter().try_for_each(|name| compile(&["-p", name]))
    })?;
    let print = fingerprint()?;
    if fs::read_to_string(STAMP).is_ok_and(|kept| kept == print) {
        return Ok(());
    }
    step("making the pages", || {
        let _ = fs::remove_dir_all(WEB);
        fs::create_dir_all(format!("{WEB}/assets"))?;
        fs::create_dir_all(WORK)?;
        let mut names = BTreeMap::new();
        let modules = thread::scope(|scope| {
            CRATES.map(|name| scope.spawn(move || wasm(name))).map(|one| one.join())
        });
        for (name, made) in CRATES.into_iter().zip(modules) {
            let made = made.unwrap_or_else(|_| bail!("a panic"));
            keep(
                &made.with_context(|| format!("the module of {name}"))?,
                name,
                "wasm",
                &mut names,
            )?;
        }
        let mut said = BTreeMap::new();
        for (name, folder, _) in words::ALL {
            let words = spoken(name, folder, &mut names)?;
            words.are_of(name, &fs::read(module(name))?)?;
            said.insert(name, words);
        }
        for name in ["base", "pack"] {
            keep(&fs::read(format!("widget/signals/models/{name}.bin"))?, name, "bin", &mut names)?;
        }
        script("widget/frame/boot.js", "widget", &said, &mut names)?;
        script("www/console/page/boot.js", "console", &said, &mut names)?;
        small("widget/frame/here.js", "here", "js", &mut names)?;
        small("widget/loader/why.js", "why", "js", &mut names)?;
        small("widget/frame/frame.css", "frame", "css", &mut names)?;
        small("www/console/page/console.css", "console", "css", &mut names)?;
        page("widget/frame/frame.html", "frame.html", &said["widget"], &names)?;
        page("www/console/page/console.html", "console.html", &said["console"], &names)?;
        let entry = format!("{WORK}/baton.js");
        fs::write(
            &entry,
            said["widget"]
                .fill(&fs::read_to_string("widget/loader/baton.js")?)
                .context("widget/loader/baton.js")?
                .replace("{{why.js}}", &names["why.js"]),
        )?;
        run(
            &tools::bin("esbuild"),
            &[
                &entry,
                "--minify",
                "--charset=utf8",
                "--log-level=warning",
                &format!("--outfile={WEB}/baton.js"),
            ],
        )?;
        // esbuild keeps the line breaks of template strings; style rules need none.
        let loader =
            fs::read_to_string(format!("{WEB}/baton.js"))?.replace("}\n", "}").replace("`\n", "`");
        fs::write(format!("{WEB}/baton.js"), &loader)?;
        // The same under a name that never changes its meaning, so that a page can say by
        // `integrity` which loader it takes.
        keep(loader.as_bytes(), LOADER, "js", &mut names)?;
        compress(Path::new(WEB))?;
        loader_start(&loader)?;
        fs::write(STAMP, &print).context("writing the stamp")
    })
}

/// The loader's address by its content, and the `integrity` that a page may ask of it.
pub fn loader() -> Result<(String, String)> {
    let content = fs::read(format!("{WEB}/baton.js")).context("reading the loader")?;
    let integrity =
        base64::engine::general_purpose::STANDARD.encode(sha2::Sha384::digest(&content));
    Ok((format!("/v1/assets/{}", hashed(&content, LOADER, "js")), format!("sha384-{integrity}")))
}

/// Compiles crates to small Wasm.
pub fn compile(what: &[&str]) -> Result<()> {
    let mut arguments = vec![
        "build",
        "--profile",
        "browser",
        "--target",
        tools::BROWSER_TARGET,
        "--target-dir",
        COMPILED,
    ];
    arguments.extend(what);
    arguments.extend(LIBRARY);
    let flags: Vec<String> =
        FLAGS.iter().map(|flag| (*flag).to_owned()).chain(tools::without_paths()?).collect();
    // A list of strings is written in JSON as in TOML.
    let config =
        format!("target.{}.rustflags={}", tools::BROWSER_TARGET, serde_json::to_string(&flags)?);
    arguments.extend(["--config", &config]);
    cargo_with(&arguments, &STABLE_MAY)
}

/// Of everything that the pages are made from: when it is the same, so are they.
fn fingerprint() -> Result<String> {
    let mut hasher = DefaultHasher::new();
    include_str!("web.rs").hash(&mut hasher);
    tools::PACKAGES.hash(&mut hasher);
    for name in CRATES {
        fs::read(module(name))
            .with_context(|| format!("reading the module of {name}"))?
            .hash(&mut hasher);
    }
    for (_, folder, _) in words::ALL {
        for (name, text) in Words::of(folder)?.compiled() {
            (name, text).hash(&mut hasher);
        }
    }
    for source in SOURCES {
        fs::read(source).with_context(|| format!("reading {source}"))?.hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// What the compiler leaves.
pub fn module(name: &str) -> String {
    format!("{COMPILED}/{}/browser/{name}.wasm", tools::BROWSER_TARGET)
}

/// Glue and module of a crate; the glue is bundled later.
fn wasm(name: &str) -> Result<Vec<u8>> {
    let input = module(name);
    Bindgen::new()
        .input_path(&input)
        .web(true)?
        .typescript(false)
        .omit_default_module_path(true)
        .generate(WORK)
        .with_context(|| format!("wasm-bindgen on {input}"))?;
    let (from, to) = (format!("{WORK}/{name}_bg.wasm"), format!("{WORK}/{name}.opt.wasm"));
    shrink(&from, &to)?;
    fs::read(&to).with_context(|| format!("reading {to}"))
}

/// Through wasm-opt.
pub fn shrink(from: &str, to: &str) -> Result<()> {
    run(
        &tools::bin("wasm-opt"),
        &[
            "-Oz",
            // The first kilobyte is the far end of the stack, which nothing points into.
            "--low-memory-unused",
            "--enable-bulk-memory",
            "--enable-nontrapping-float-to-int",
            "--enable-sign-ext",
            "--enable-mutable-globals",
            "--enable-reference-types",
            "--enable-multivalue",
            "--strip-debug",
            "--strip-producers",
            from,
            "-o",
            to,
        ],
    )
}

/// A start script with its glue, in one module.
fn script(
    source: &str,
    name: &str,
    said: &BTreeMap<&str, Words>,
    names: &mut BTreeMap<String, String>,
) -> Result<()> {
    let text = fs::read_to_string(source).with_context(|| format!("reading {source}"))?;
    let text = said[name]
        .fill(&text)
        .context(source.to_owned())?
        .replace("{{glue}}", &format!("./{name}.js"));
    let (entry, out) = (format!("{WORK}/{name}.boot.js"), format!("{WORK}/{name}.bundle.js"));
    fs::write(&entry, text)?;
    run(
        &tools::bin("esbuild"),
        &[
            &entry,
            "--bundle",
            "--minify",
            "--format=esm",
            "--charset=utf8",
            "--log-level=warning",
            &format!("--outfile={out}"),
        ],
    )?;
    keep(&fs::read(&out)?, name, "js", names)
}

/// The words of a crate, a file a language. `{{NAME.words}}` in a document tells them: `en:PATH
/// de:PATH`.
fn spoken(name: &str, folder: &str, names: &mut BTreeMap<String, String>) -> Result<Words> {
    let words = Words::of(folder)?;
    let mut all = Vec::new();
    for (language, text) in words.compiled() {
        keep(text.as_bytes(), &format!("{name}.{language}"), "json", names)?;
        all.push(format!("{language}:{}", names[&format!("{name}.{language}.json")]));
    }
    names.insert(format!("{name}.words"), all.join(" "));
    Ok(words)
}

/// A file that stands alone.
fn small(
    source: &str,
    name: &str,
    ending: &str,
    names: &mut BTreeMap<String, String>,
) -> Result<()> {
    let out = format!("{WORK}/{name}.min.{ending}");
    run(
        &tools::bin("esbuild"),
        &[source, "--minify", "--log-level=warning", &format!("--outfile={out}")],
    )?;
    keep(&fs::read(&out)?, name, ending, names)
}

/// Writes a file under a name with a hash of its content.
fn keep(
    content: &[u8],
    name: &str,
    ending: &str,
    names: &mut BTreeMap<String, String>,
) -> Result<()> {
    let file = hashed(content, name, ending);
    fs::write(format!("{WEB}/assets/{file}"), content)?;
    names.insert(format!("{name}.{ending}"), format!("/v1/assets/{file}"));
    Ok(())
}

fn hashed(content: &[u8], name: &str, ending: &str) -> String {
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    format!("{name}-{:016x}.{ending}", hasher.finish())
}

/// A document with the final names in it.
fn page(source: &str, file: &str, said: &Words, names: &BTreeMap<String, String>) -> Result<()> {
    let text = fs::read_to_string(source).with_context(|| format!("reading {source}"))?;
    let mut text = said.fill(&text).context(source.to_owned())?;
    for (name, path) in names {
        text = text.replace(&format!("{{{{{name}}}}}"), path);
    }
    let text: String = text.lines().map(str::trim).collect::<Vec<_>>().join("\n");
    fs::write(format!("{WEB}/{file}"), text)?;
    Ok(())
}

/// A `.br` beside every file.
fn compress(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            compress(&path)?;
        } else if path.extension().is_some_and(|ending| ending != "br") {
            fs::write(format!("{}.br", path.display()), brotli(&fs::read(&path)?)?)?;
        }
    }
    Ok(())
}

/// The loader up to what the edge fills in, compressed without an end.
fn loader_start(loader: &str) -> Result<()> {
    let (start, _) = loader.split_once("\"@\"").context("the loader has no place for its sites")?;
    let mut compressor = brotli::CompressorWriter::new(Vec::new(), 1 << 16, 11, 22);
    compressor.write_all(start.as_bytes())?;
    compressor.flush()?;
    fs::write(format!("{WEB}/baton.start.br"), compressor.get_ref())
        .context("writing the start of the loader")
}

/// At the strongest setting, 11.
pub fn brotli(content: &[u8]) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    let params = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    brotli::BrotliCompress(&mut &content[..], &mut out, &params).context("compressing")?;
    Ok(out)
}
