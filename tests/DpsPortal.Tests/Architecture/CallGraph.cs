using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace DpsPortal.Tests.Architecture;

/// <summary>
/// Which method of ours calls which, read from the compiled code (ECMA-335, III.1.2: an opcode, then its operand). A lambda counts as called
/// where it is made. A call through an interface leads nowhere: which class answers it is not known before the program runs.
/// </summary>
internal sealed class CallGraph
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    private readonly Dictionary<MethodBase, HashSet<MethodBase>> _callers = [];
    private readonly Dictionary<MethodBase, List<MethodBase>> _overriders = [];
    private readonly HashSet<MethodBase> _read = [];

    /// <param name="roots">From which on the calls are followed.</param>
    public CallGraph(IEnumerable<MethodBase> roots)
    {
        foreach (var type in Assemblies().SelectMany(assembly => assembly.GetTypes()))
        {
            foreach (var method in type.GetMethods(Declared).Where(method => method.IsVirtual && method.GetBaseDefinition() != method))
            {
                var overridden = Definition(method.GetBaseDefinition());
                _overriders.TryAdd(overridden, []);
                _overriders[overridden].Add(method);
            }
        }

        var open = new Stack<MethodBase>(roots.Select(Definition));
        while (open.TryPop(out var method))
        {
            if (IsOurs(method) && _read.Add(method))
            {
                foreach (var called in CalledBy(method).Select(Definition))
                {
                    _callers.TryAdd(called, []);
                    _callers[called].Add(method);
                    open.Push(called);
                }
            }
        }
    }

    /// <summary>What calls one of these, directly or through others.</summary>
    public HashSet<MethodBase> Reaching(Func<MethodBase, bool> isSought)
    {
        var reaching = new HashSet<MethodBase>();
        var open = new Stack<MethodBase>(_callers.Keys.Where(isSought));
        while (open.TryPop(out var method))
        {
            foreach (var caller in _callers.GetValueOrDefault(method) ?? [])
            {
                if (reaching.Add(caller))
                {
                    open.Push(caller);
                }
            }
        }

        return reaching;
    }

    public static IEnumerable<MethodBase> MethodsOf(Type type) =>
        type.GetMethods(Declared).Concat<MethodBase>(type.GetConstructors(Declared)).Select(Definition);

    private static IEnumerable<Assembly> Assemblies() => AppDomain.CurrentDomain.GetAssemblies().Where(assembly => IsOurs(assembly));

    private static bool IsOurs(Assembly assembly) => assembly.GetName().Name!.StartsWith("DpsPortal", StringComparison.Ordinal);

    private static bool IsOurs(MethodBase method) => IsOurs(method.Module.Assembly);

    /// <summary>Of a generic method or type the one that was written.</summary>
    private static MethodBase Definition(MethodBase method) =>
        method.DeclaringType is { IsConstructedGenericType: true } || method is MethodInfo { IsConstructedGenericMethod: true }
            ? method.Module.ResolveMethod(method.MetadataToken)!
            : method;

    private IEnumerable<MethodBase> CalledBy(MethodBase method)
    {
        foreach (var machine in method.GetCustomAttributes<StateMachineAttribute>())
        {
            yield return machine.StateMachineType.GetMethod("MoveNext", Declared)!;
        }

        foreach (var overrider in _overriders.GetValueOrDefault(method) ?? [])
        {
            yield return overrider;
        }

        foreach (var used in UsedBy(method))
        {
            if (used is MethodBase called)
            {
                yield return called;
            }

            // Whoever uses a class has run what its static fields begin with.
            if (used.DeclaringType?.TypeInitializer is { } initializer && initializer != method)
            {
                yield return initializer;
            }
        }
    }

    private static IEnumerable<MemberInfo> UsedBy(MethodBase method)
    {
        var code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        var ofType = method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null;
        var ofMethod = method.IsGenericMethod ? method.GetGenericArguments() : null;
        for (var at = 0; at < code.Length;)
        {
            var opCode = OpCodesByValue[code[at] == 0xFE ? unchecked((short)(0xFE00 | code[at + 1])) : code[at]];
            at += opCode.Size;
            if (opCode.OperandType is OperandType.InlineMethod or OperandType.InlineField)
            {
                yield return method.Module.ResolveMember(BitConverter.ToInt32(code, at), ofType, ofMethod)!;
            }

            at += opCode.OperandType is OperandType.InlineSwitch ? 4 + (4 * BitConverter.ToInt32(code, at)) : SizeOf(opCode.OperandType);
        }
    }

    private static int SizeOf(OperandType operand) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        _ => 4,
    };
}
