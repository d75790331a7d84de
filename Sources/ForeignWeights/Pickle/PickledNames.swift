import Files

/// A name that a pickle asks for: a class or a function of Python. It is never looked up or called.
package struct PickledName: Sendable, Hashable {
    /// What a file needs a name for.
    package enum Use: String, Sendable, Hashable, CaseIterable {
        /// One of the names that tensors need.
        case tensors
        /// A class or a function that a saved object belongs to or refers to. It stays a name.
        case data
        /// A call of an unknown function, or a function that no saved network needs. Files that make mischief have such
        /// names.
        case unusual
    }

    /// The module and the name in it: `collections.OrderedDict`.
    package let name: String
    package fileprivate(set) var use: Use
    /// Where the pickle first asks for it.
    let place: FilePlace

    /// Parts of Python and of libraries that give commands, open files and connections, or load code.
    private static let commanding: Set = [
        "", "os", "posix", "nt", "subprocess", "sys", "shutil", "socket", "runpy", "importlib", "imp", "ctypes", "pty",
        "commands", "webbrowser", "pickle", "_pickle", "cloudpickle", "dill", "joblib", "marshal", "codecs",
        "operator", "_operator", "inspect", "asyncio", "multiprocessing", "threading", "_thread", "signal", "tempfile",
        "urllib", "http", "ftplib", "smtplib", "ssl", "requests", "httpx", "aiohttp", "pip", "setuptools", "pdb", "bdb",
        "timeit", "cProfile", "types", "gc", "io", "_io", "pydoc", "venv", "zipimport", "pkgutil",
        "builtins", "__builtin__", "torch.hub", "torch.load", "torch.serialization",
        "torch.utils.cpp_extension", "numpy.load",
        "numpy.f2py", "numpy.testing", "numpy.ctypeslib",
    ]
    /// Python's plain types, which configurations refer to.
    private static let plainTypes: Set = [
        "dict", "list", "int", "float", "bool", "str", "tuple", "object", "set", "frozenset", "complex", "bytes",
        "bytearray", "slice", "range",
    ]

    /// The error of a pickle that is not read because of it.
    var refusal: ForeignWeightsError.Cause {
        let isPart = ["torch.nn.", "__main__.", "models."].contains { name.hasPrefix($0) }
        let hint = isPart ? "; the file seems to hold a whole model; save model.state_dict() instead" : ""
        return .refused("asks for \(printable(name))\(hint)", place)
    }

    /// Whether the module of a name, or the name itself, gives commands.
    fileprivate static func isCommanding(module: String, name: String) -> Bool {
        if module == "builtins" || module == "__builtin__" { return !plainTypes.contains(name) }
        let steps = (module + "." + name).split(separator: ".", omittingEmptySubsequences: false)
        return (1...min(3, steps.count)).contains { commanding.contains(steps.prefix($0).joined(separator: ".")) }
    }
}

extension PickleHeap {
    /// Notes that a name is asked for.
    ///
    /// - Returns: its index in ``names``.
    mutating func ask(module: String, name: String, isKnown: Bool, _ place: FilePlace) -> Int {
        let full = module + "." + name
        if let index = nameIndices[full] { return index }
        let use: PickledName.Use =
            isKnown ? .tensors : PickledName.isCommanding(module: module, name: name) ? .unusual : .data
        names.append(PickledName(name: full, use: use, place: place))
        nameIndices[full] = names.count - 1
        return names.count - 1
    }

    /// Notes that an unknown function is called.
    mutating func noteCall(of index: Int) { names[index].use = .unusual }

    /// The name for which a pickle with this value is refused; nil if it only has names that tensors need, or whose
    /// objects lie in a dictionary or a module.
    func refusedName(of value: PickleValue) -> PickledName? {
        if let unusual = names.first(where: { $0.use == .unusual }) { return unusual }
        switch value {
        case .dictionary: return nil
        case .object(let index) where isModule(index): return nil
        default: return names.first { $0.use == .data }
        }
    }

    /// Whether an object is a module of PyTorch, or one of a TorchScript program.
    func isModule(_ object: Int) -> Bool {
        let object = objects[object]
        return object.isScript || entry("_modules", of: object.state) != nil
    }

    /// The class that a file in the old format names with its source, which is dropped.
    func storedClass(_ identifier: PickleValue) -> PickleValue? {
        guard let items = items(identifier), items.count == 4, case .text("module") = items[0],
            case .callable(.foreign) = items[1]
        else { return nil }
        return items[1]
    }
}
