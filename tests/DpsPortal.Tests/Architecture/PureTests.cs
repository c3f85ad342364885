using System.Diagnostics;
using System.Net.Sockets;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;
using Xunit.v3;

namespace DpsPortal.Tests.Architecture;

/// <summary>Which tests are pure is not remembered but read from the compiled code.</summary>
public sealed class PureTests
{
    private static readonly (Type Type, string Method)[] Starts =
    [
        (typeof(WebApplicationBuilder), nameof(WebApplicationBuilder.Build)),
        (typeof(HostApplicationBuilder), nameof(HostApplicationBuilder.Build)),
        (typeof(Process), nameof(Process.Start)),
        (typeof(TcpListener), nameof(TcpListener.Start)),
        (typeof(Socket), nameof(Socket.Listen)),
    ];

    [Fact]
    public void A_class_of_tests_says_that_it_starts_hosts_where_it_does_and_nowhere_else()
    {
        var classes = typeof(PureTests).Assembly.GetTypes().Where(type => !type.IsAbstract && TestsOf(type).Any()).ToList();
        var graph = new CallGraph(classes.SelectMany(RunFor));
        var starting = graph.Reaching(called => Starts.Contains((called.DeclaringType!, called.Name)));
        var starters = classes.Where(type => RunFor(type).Any(starting.Contains)).Select(type => type.FullName!).ToHashSet();
        var marked = classes.Where(type => type.IsDefined(typeof(StartsHostsAttribute))).Select(type => type.FullName!).ToHashSet();

        string[] wrong =
        [
            .. starters.Except(marked).Order().Select(name => name + " lacks [StartsHosts]"),
            .. marked.Except(starters).Order().Select(name => name + " has [StartsHosts] and starts none"),
        ];
        Assert.True(wrong.Length == 0, string.Join(Environment.NewLine, wrong));
    }

    private static IEnumerable<MethodInfo> TestsOf(Type type) =>
        type.GetMethods().Where(method => method.GetCustomAttributes().Any(attribute => attribute is IFactAttribute));

    /// <summary>What xunit runs for the tests of a class: its own methods, and those of its fixtures and of what it derives from.</summary>
    private static IEnumerable<MethodBase> RunFor(Type type)
    {
        var fixtures = type.GetInterfaces()
            .Where(each => each.IsGenericType && each.GetGenericTypeDefinition() == typeof(IClassFixture<>))
            .Select(each => each.GetGenericArguments()[0]);
        var begin = fixtures.SelectMany(Lineage).SelectMany(CallGraph.MethodsOf)
            .Where(method => method.IsConstructor || method.Name == nameof(IAsyncLifetime.InitializeAsync));
        return Lineage(type).SelectMany(CallGraph.MethodsOf).Concat(begin);
    }

    private static IEnumerable<Type> Lineage(Type type)
    {
        for (var each = type; each is not null && each.Assembly == typeof(PureTests).Assembly; each = each.BaseType)
        {
            yield return each;
        }
    }
}
