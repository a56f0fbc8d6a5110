"""Which functions and classes of ours some code uses: read off it, nothing runs.

What a name stands for follows from imports, annotations and what is assigned. What is only known when it runs is not
seen.
"""

import ast
from collections.abc import Iterable, Mapping

from sto_workbench.explain.modules import Thing, found

Values = set[tuple[Thing, bool]]
"""What an expression can be: a thing itself, or (True) an object of a class, or whatever holds such objects."""
_FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)
_HOLDS = (
    ast.Subscript, ast.Starred, ast.IfExp, ast.BoolOp, ast.Tuple, ast.List, ast.Set, ast.Dict, ast.NamedExpr, ast.Await,
    ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp,
)  # fmt: skip


def member(of: Thing, name: str, seen: frozenset[Thing] = frozenset()) -> Thing | None:
    """Find a method or field of a class, or of a class of ours that it builds on.

    Parameters
    ----------
    of : Thing
        The class.
    name : str
        Of the method or field.
    seen : frozenset of Thing
        Classes that were looked at already.
    """
    if not isinstance(of.node, ast.ClassDef) or of in seen:
        return None
    for node in of.node.body:
        target = getattr(node, "target", None)
        if name in (getattr(node, "name", None), getattr(target, "id", None)):
            return Thing(of.module, f"{of.name}.{name}", node)
    bases = [thing for base in of.node.bases for thing, _ in Reader({}, of.module).value(base)]
    return next((got for base in bases if (got := member(base, name, seen | {of}))), None)


class Reader:
    """Reads statements one after another, and notes which functions and classes of ours they use.

    Parameters
    ----------
    imported : mapping of str
        Name → what it was imported from.
    module : str
        Whose names are known too; none for a notebook.
    within : frozenset of Thing
        Constants that are being looked up.
    """

    def __init__(self, imported: Mapping[str, str], module: str = "", within: frozenset[Thing] = frozenset()) -> None:
        self._known = {name: _itself(dotted) for name, dotted in imported.items()}
        self._module, self._within = module, within
        self._used: list[Thing] = []

    def taken(self) -> list[Thing]:
        """Give what was used since this was asked last, in the order of the code."""
        used, self._used = self._used, []
        return used

    def enter(self, function: Thing) -> None:
        """Read a function or method; its parameters are what their annotations say."""
        node = function.node
        if isinstance(node, _FUNCTION):
            self._parameters(node.args)
            own = found(function.qualified.rpartition(".")[0])
            if own and own.name:
                self._known[node.args.args[0].arg if node.args.args else ""] = {(own, True)}
            self._all([*node.decorator_list, *node.body])

    def run(self, node: ast.AST) -> None:
        """Read a statement; an error that it raises is no part of a result."""
        if isinstance(node, ast.Assign):
            for target in node.targets:
                self._assign(target, node.value)
        elif isinstance(node, ast.AnnAssign):
            self._bind(node.target, self.value(node.value) | _annotated(node.annotation, self._module))
        elif isinstance(node, ast.For | ast.AsyncFor):
            self._bind(node.target, self.value(node.iter))
            self._all([*node.body, *node.orelse])
        elif isinstance(node, ast.withitem):
            self._bind(node.optional_vars, self.value(node.context_expr))
        elif isinstance(node, _FUNCTION):
            self._known[node.name] = set()
            self._parameters(node.args)
            self._all(node.body)
        elif isinstance(node, ast.expr):
            self.value(node)
        elif not isinstance(node, ast.Raise | ast.Import | ast.ImportFrom):
            self._all(ast.iter_child_nodes(node))

    def _all(self, nodes: Iterable[ast.AST]) -> None:
        for node in nodes:
            self.run(node)

    def _parameters(self, args: ast.arguments) -> None:
        for each in (*args.posonlyargs, *args.args, args.vararg, *args.kwonlyargs, args.kwarg):
            if each is not None:
                self._known[each.arg] = _annotated(each.annotation, self._module)
        self._all(each for each in (*args.defaults, *args.kw_defaults) if each is not None)

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
            read = [self.value(each) for each in value.elts]
            for part, each in zip(target.elts, read, strict=True):
                self._bind(part, each)
        else:
            self._bind(target, self.value(value))

    def _bind(self, target: ast.expr | None, values: Values) -> None:
        if isinstance(target, ast.Name):
            self._known[target.id] = values
        elif isinstance(target, ast.Tuple | ast.List):
            for part in target.elts:
                self._bind(part, values)
        elif isinstance(target, ast.Starred):
            self._bind(target.value, values)
        elif target is not None:
            self.value(target)
            self._known[ast.unparse(target)] = values

    def value(self, node: ast.AST | None) -> Values:
        """Read an expression, and tell what it can be."""
        if isinstance(node, ast.Name):
            return self._use(self._named(node.id))
        if isinstance(node, ast.Attribute):
            of, known = self.value(node.value), self._known.get(ast.unparse(node))
            return self._use({got for each in of for got in self._part(each, node.attr)}) if known is None else known
        if isinstance(node, ast.Call):
            of = self.value(node.func)
            self._all([*node.args, *(each.value for each in node.keywords)])
            return {got for each in of for got in _called(each)}
        if isinstance(node, ast.Lambda):
            self._parameters(node.args)
        for each in getattr(node, "generators", ()):
            self._bind(each.target, self.value(each.iter))
        parts = [self.value(each) for each in ast.iter_child_nodes(node or ast.Load())]
        return set().union(*parts) if isinstance(node, _HOLDS) else set()

    def _named(self, name: str) -> Values:
        if name in self._known or not self._module:
            return self._known.get(name, set())
        return _itself(f"{self._module}.{name}")

    def _use(self, values: Values) -> Values:
        """Note functions and classes; a constant is what it holds, a property what it gives."""
        out: Values = set()
        for thing, made in sorted(values, key=lambda each: each[0].qualified):
            if isinstance(thing.node, ast.Assign | ast.AnnAssign):
                out |= self._held(thing, thing.node)
                continue
            if thing.name and not made:
                self._used.append(thing)
            decorated = [ast.unparse(each) for each in getattr(thing.node, "decorator_list", ())]
            out |= _called((thing, made)) if {"property", "cached_property"} & {*decorated} else {(thing, made)}
        return out

    def _held(self, thing: Thing, node: ast.Assign | ast.AnnAssign) -> Values:
        """What a constant of a module, or an attribute of an object, holds."""
        told = _annotated(node.annotation, thing.module) if isinstance(node, ast.AnnAssign) else set()
        if thing in self._within:
            return told
        reader = Reader({}, thing.module, self._within | {thing})
        got = reader.value(node.value)
        self._used += reader.taken()
        return told | got

    def _part(self, of: tuple[Thing, bool], name: str) -> Values:
        """What an attribute is: of a module, of a class or its objects; or of what holds them, then still these."""
        thing, made = of
        if not thing.name:
            return _itself(f"{thing.module}.{name}")
        if part := member(thing, name):
            return {(part, False)}
        return (self._set_when_made(thing, name) or {of}) if made else set()

    def _set_when_made(self, of: Thing, name: str) -> Values:
        """What an attribute is that the ``__init__`` of a class sets."""
        init = member(of, "__init__")
        if init is None or init in self._within:
            return set()
        reader = Reader({}, init.module, self._within | {init})
        reader.enter(init)
        return reader._known.get(f"self.{name}", set())


def _itself(dotted: str) -> Values:
    thing = found(dotted)
    return {(thing, False)} if thing else set()


def _called(of: tuple[Thing, bool]) -> Values:
    """What a call gives: an object of the class, or what the function says that it returns."""
    thing, made = of
    if isinstance(thing.node, _FUNCTION):
        return _annotated(thing.node.returns, thing.module)
    return {(thing, True)} if made or isinstance(thing.node, ast.ClassDef) else set()


def _annotated(annotation: ast.AST | None, module: str) -> Values:
    """Objects of the classes of ours that an annotation names, alone or in whatever holds them."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        annotation = ast.parse(annotation.value, mode="eval")
    names = [each.id for each in ast.walk(annotation or ast.Load()) if isinstance(each, ast.Name)]
    things = [thing for name in names for thing, _ in _itself(f"{module}.{name}")]
    return {(thing, True) for thing in things if isinstance(thing.node, ast.ClassDef)}
