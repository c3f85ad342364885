using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace DpsPortal.Tests.KeyVault.Client;

/// <summary>Writes the public surface of an assembly in the normal form of the checked-in listing, one signature per line.</summary>
internal static class PublicApi
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly HashSet<string> KnownNamespaces =
    [
        "System", "System.Collections.Generic", "System.IO", "System.Security.Cryptography", "System.Threading",
        "System.Threading.Tasks", "Azure", "Azure.Core", "Azure.Core.Cryptography",
        "Azure.Security.KeyVault.Keys", "Azure.Security.KeyVault.Keys.Cryptography",
    ];

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
    };

    public static IEnumerable<string> Of(Assembly assembly) =>
        assembly.GetExportedTypes().SelectMany(type => MembersOf(type).Select(member => $"{Name(type)}: {member}").Prepend(Declaration(type)));

    private static string Declaration(Type type)
    {
        var kind = type switch
        {
            { IsEnum: true } => "enum",
            { IsValueType: true } => type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly struct" : "struct",
            { IsInterface: true } => "interface",
            { IsAbstract: true, IsSealed: true } => "static class",
            { IsAbstract: true } => "abstract class",
            { IsSealed: true } => "sealed class",
            _ => "class",
        };
        var inherited = type.BaseType?.GetInterfaces() ?? [];
        Type[] bases = type.IsEnum ? [] :
        [
            .. type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) ? [parent] : Type.EmptyTypes,
            .. type.GetInterfaces().Except(inherited).Where(contract => contract.IsVisible),
        ];
        var suffix = bases.Length == 0 ? "" : " : " + string.Join(", ", bases.Select(Name));
        return $"{kind} {type.FullName!.Replace('+', '.')}{suffix}";
    }

    private static IEnumerable<string> MembersOf(Type type) => type.IsEnum
        ? Enum.GetNames(type).Select(name => $"{name} = {Convert.ToInt64(Enum.Parse(type, name), CultureInfo.InvariantCulture)}")
        : type.GetMembers(Declared).Select(Signature).OfType<string>();

    private static string? Signature(MemberInfo member) => member switch
    {
        ConstructorInfo { IsStatic: false } constructor when IsVisible(constructor) =>
            $"{Modifiers(constructor)}{Simple(constructor.DeclaringType!)}({Parameters(constructor)})",
        MethodInfo method when IsVisible(method) && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)) =>
            Modifiers(method) + Method(method),
        PropertyInfo property when Accessors(property) is { Length: > 0 } accessors =>
            $"{Modifiers(accessors[0])}{Name(property.PropertyType)} {property.Name} {{ {string.Join(" ", accessors.Select(Accessor))} }}",
        FieldInfo { IsSpecialName: false } field when field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly =>
            $"field {(field.IsStatic ? "static " : "")}{Name(field.FieldType)} {field.Name}",
        EventInfo { AddMethod: { } add } happening when IsVisible(add) => $"event {Name(happening.EventHandlerType!)} {happening.Name}",
        _ => null,
    };

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static MethodInfo[] Accessors(PropertyInfo property) =>
        [.. new[] { property.GetMethod, property.SetMethod }.OfType<MethodInfo>().Where(IsVisible)];

    private static string Accessor(MethodInfo accessor) =>
        accessor.ReturnType != typeof(void) ? "get;"
        : accessor.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? "init;" : "set;";

    private static string Modifiers(MethodBase method)
    {
        var access = method.IsPublic ? "" : "protected ";
        return access + method switch
        {
            ConstructorInfo => "",
            { IsStatic: true } => "static ",
            MethodInfo { IsVirtual: true } overriding when overriding.GetBaseDefinition() != overriding => "override ",
            { IsAbstract: true } => "abstract ",
            { IsVirtual: true, IsFinal: false } => "virtual ",
            _ => "",
        };
    }

    private static string Method(MethodInfo method)
    {
        var result = Name(method.ReturnType);
        return method.Name switch
        {
            "op_Equality" => $"{result} operator ==({Parameters(method)})",
            "op_Inequality" => $"{result} operator !=({Parameters(method)})",
            "op_Implicit" => $"implicit operator {result}({Parameters(method)})",
            _ => $"{result} {method.Name}({Parameters(method)})",
        };
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter =>
        $"{(parameter.IsOut ? "out " : "")}{Name(parameter.ParameterType)} {parameter.Name}{Default(parameter)}"));

    private static string Default(ParameterInfo parameter) => parameter switch
    {
        { HasDefaultValue: false } => "",
        { DefaultValue: null, ParameterType.IsValueType: true } => " = default",
        { DefaultValue: null } => " = null",
        { DefaultValue: bool value } => value ? " = true" : " = false",
        { ParameterType.IsEnum: true } => $" = {Name(parameter.ParameterType)}.{Enum.ToObject(parameter.ParameterType, parameter.DefaultValue!)}",
        _ => $" = {parameter.DefaultValue}",
    };

    private static string Name(Type type)
    {
        if (type.IsByRef)
        {
            return Name(type.GetElementType()!);
        }

        if (Keywords.TryGetValue(type, out var keyword))
        {
            return keyword;
        }

        if (type.IsArray)
        {
            return Name(type.GetElementType()!) + "[]";
        }

        if (Nullable.GetUnderlyingType(type) is { } value)
        {
            return Name(value) + "?";
        }

        var owner = type.IsNested ? Name(type.DeclaringType!) + "." : KnownNamespaces.Contains(type.Namespace!) ? "" : type.Namespace + ".";
        var arguments = type.IsGenericType ? $"<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : "";
        return owner + Simple(type) + arguments;
    }

    private static string Simple(Type type) => type.Name.Split('`')[0];
}
