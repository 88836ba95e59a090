"""The classes that the files of this UFO model are made of, and the lists that hold them all."""

import cmath

all_particles = []
all_parameters = []
all_vertices = []
all_couplings = []
all_lorentz = []
all_functions = []
all_orders = []


class UFOBaseClass:
    """A bag of named attributes; the first of them are required."""

    require_args = ()

    def __init__(self, *args, **options):
        given = {self.require_args[i]: value for i, value in enumerate(args)}
        given.update(options)
        missing = [name for name in self.require_args if name not in given]
        if missing:
            raise TypeError(f"{type(self).__name__} needs {', '.join(missing)}")
        for name, value in given.items():
            setattr(self, name, value)

    def get(self, name):
        return getattr(self, name)

    def set(self, name, value):
        setattr(self, name, value)

    def get_all(self):
        return self.__dict__

    def nice_string(self):
        return "\n".join(f"{name} \t: {value}" for name, value in self.__dict__.items())

    def __str__(self):
        return self.name

    def __repr__(self):
        text = self.name
        for sign, word in (("+", "__plus__"), ("-", "__minus__"), ("~", "__tilde__")):
            text = text.replace(sign, word)
        return text


class Particle(UFOBaseClass):
    """A field; spin is 2 s + 1, color the dimension of the representation."""

    require_args = ("pdg_code", "name", "antiname", "spin", "color", "mass", "width", "texname",
                    "antitexname", "charge")
    additive = ("charge", "LeptonNumber", "GhostNumber", "Y")

    def __init__(self, *args, **options):
        for name, value in (("propagating", True), ("goldstoneboson", False), ("GhostNumber", 0),
                            ("LeptonNumber", 0), ("Y", 0)):
            options.setdefault(name, value)
        UFOBaseClass.__init__(self, *args, **options)
        self.selfconjugate = self.name == self.antiname
        self.line = options.get("line") or self.find_line_type()
        all_particles.append(self)

    def find_line_type(self):
        """How the line of a diagram is drawn."""
        if self.spin == 1:
            return "dashed"
        if self.spin == 2:
            return "straight" if not self.selfconjugate else "swavy"
        if self.spin == 3:
            return "curly" if self.color == 8 else "wavy"
        return "double"

    def anti(self):
        """The antiparticle, unless it is the particle itself."""
        if self.selfconjugate:
            raise ValueError(f"{self.name} has no antiparticle")
        own = dict(self.__dict__)
        for name in ("selfconjugate", "line"):
            own.pop(name)
        own.update(pdg_code=-self.pdg_code, name=self.antiname, antiname=self.name,
                   color=-self.color if self.color in (3, 6) else self.color,
                   texname=self.antitexname, antitexname=self.texname)
        for name in self.additive:
            own[name] = -own[name]
        return Particle(**own)


class Parameter(UFOBaseClass):
    """A number (external) or an expression of others (internal)."""

    require_args = ("name", "nature", "type", "value", "texname")

    def __init__(self, *args, **options):
        options.setdefault("lhablock", None)
        options.setdefault("lhacode", None)
        UFOBaseClass.__init__(self, *args, **options)
        if self.nature not in ("external", "internal"):
            raise ValueError(f"{self.name} is neither external nor internal")
        if self.nature == "external" and (self.lhablock is None or self.lhacode is None):
            raise ValueError(f"{self.name} needs a block and a code")
        all_parameters.append(self)


class Vertex(UFOBaseClass):
    """Fields that meet, with color and Lorentz structures and a coupling for each pair."""

    require_args = ("name", "particles", "color", "lorentz", "couplings")

    def __init__(self, *args, **options):
        UFOBaseClass.__init__(self, *args, **options)
        all_vertices.append(self)


class Coupling(UFOBaseClass):
    """An expression of parameters and its orders."""

    require_args = ("name", "value", "order")

    def __init__(self, *args, **options):
        UFOBaseClass.__init__(self, *args, **options)
        all_couplings.append(self)


class Lorentz(UFOBaseClass):
    """A Lorentz structure of the particles 1, 2, ... of a vertex."""

    require_args = ("name", "spins", "structure")

    def __init__(self, *args, **options):
        UFOBaseClass.__init__(self, *args, **options)
        all_lorentz.append(self)


class Function(UFOBaseClass):
    """A function that expressions may call."""

    require_args = ("name", "arguments", "expression")

    def __init__(self, *args, **options):
        UFOBaseClass.__init__(self, *args, **options)
        all_functions.append(self)

    def __call__(self, *values):
        given = {name: values[i] for i, name in enumerate(self.arguments)}
        return eval(self.expression, {"cmath": cmath}, given)


class CouplingOrder(UFOBaseClass):
    """A kind of coupling that diagrams are counted in."""

    require_args = ("name", "expansion_order", "hierarchy")

    def __init__(self, *args, **options):
        UFOBaseClass.__init__(self, *args, **options)
        all_orders.append(self)
