using Levelkeeper.Core.Agreements;

namespace Levelkeeper.Language.Agreements;

/// <summary>Services that depend on themselves, directly or through others.</summary>
/// <remarks>
/// R. Tarjan, "Depth-first search and linear graph algorithms" (1972): services that reach each other make a component. In time proportional to the dependencies, and
/// without recursion: a file may describe a chain of thousands.
/// </remarks>
internal static class ServiceCycles
{
    /// <summary>Those services, in the order of the file.</summary>
    public static IEnumerable<Service> Of(IReadOnlyList<Service> services)
    {
        var indexes = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < services.Count; i++)
            indexes.TryAdd(services[i].Name, i);
        var (order, lowest, next, onPath) = (new int[services.Count], new int[services.Count], new int[services.Count], new bool[services.Count]);
        var isCyclic = new bool[services.Count];
        var (path, walk) = (new Stack<int>(), new Stack<int>());
        var visited = 0;
        for (var root = 0; root < services.Count; root++)
        {
            if (order[root] == 0)
                Enter(root);
            while (walk.TryPeek(out var at))
            {
                if (next[at] < services[at].DependsOn.Length)
                {
                    if (!indexes.TryGetValue(services[at].DependsOn[next[at]++], out var to))
                        continue;
                    isCyclic[at] |= to == at;
                    if (order[to] == 0)
                        Enter(to);
                    else if (onPath[to])
                        lowest[at] = Math.Min(lowest[at], order[to]);
                    continue;
                }

                walk.Pop();
                if (walk.TryPeek(out var from))
                    lowest[from] = Math.Min(lowest[from], lowest[at]);
                if (lowest[at] == order[at])
                    Leave(at);
            }
        }

        return services.Where((_, i) => isCyclic[i]);

        void Enter(int service)
        {
            order[service] = lowest[service] = ++visited;
            onPath[service] = true;
            path.Push(service);
            walk.Push(service);
        }

        void Leave(int service)
        {
            var isAlone = path.Peek() == service;
            int left;
            do
            {
                left = path.Pop();
                onPath[left] = false;
                isCyclic[left] |= !isAlone;
            }
            while (left != service);
        }
    }
}
